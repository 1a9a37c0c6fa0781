//! `juyong doctor`: looks at an installation and says what to mend. It changes nothing.

mod files;
mod finding;
mod ingress;
mod listen;
mod people;
mod stored;
mod tree;

use crate::config::Config;
use crate::console::{Failure, Out};
use crate::platform::clock::Clock;
use finding::Finding;

/// Checks one thing after the other; what is wrong does not hide what comes after it.
pub(crate) async fn run(config: Result<Config, Failure>, out: &Out) -> Result<(), Failure> {
    let config = config?;
    let mut wrong = 0_u32;
    for (what, found) in findings(&config).await {
        wrong += u32::from(found.is_wrong());
        let (word, said) = (found.word(), found.said());
        let object =
            serde_json::json!({ "check": what, "ok": !found.is_wrong(), "state": word, "mend": said });
        let text = || match said {
            None => format!("{word:<5}  {what}"),
            Some(said) => format!("{word:<5}  {what}: {said}"),
        };
        out.record(&object, text).await?;
    }
    match wrong {
        0 => Ok(()),
        1 => Err(Failure("1 thing to mend".into())),
        wrong => Err(Failure(format!("{wrong} things to mend"))),
    }
}

async fn findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let now = Clock::system().now();
    let mut found: Vec<(&'static str, Finding)> = vec![
        ("data_dir", files::data_dir(config).into()),
        ("keys", files::keys(config).into()),
        ("recordings", files::recordings(config).into()),
        ("policy_dir", files::policies(config).into()),
        ("lockdown.dual", people::second_person(config).into()),
        ("approvals", people::approvers(config).into()),
        ("listen", listen::free(config).into()),
        ("listen.proxy_from", ingress::balancers(config).into()),
        ("tunnel", listen::tunnel(config)),
        ("tunnel.tls_server", ingress::server(config, now).into()),
        ("authority", ingress::authority(config, now).into()),
    ];
    found.extend(tree::findings(config));
    found.extend(stored::findings(config).await);
    found
}
