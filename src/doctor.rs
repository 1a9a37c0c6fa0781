//! `juyong doctor`: looks at an installation and says what to mend. It changes nothing.

mod accounts;
mod files;
mod finding;
mod ingress;
mod listen;
mod people;
mod stored;
mod told;
mod tree;

use crate::config::Config;
use crate::console::{Failure, Out};
use crate::domain::Language;
use crate::platform::clock::Clock;
use crate::terminal::width::column;
use finding::Finding;
use told::told;

/// Checks one thing after the other; what is wrong does not hide what comes after it.
pub(crate) async fn run(config: Result<Config, Failure>, out: &Out) -> Result<(), Failure> {
    let config = config?;
    let config = Config { language: out.language.unwrap_or(config.language), ..config };
    let mut wrong = 0_u32;
    for (what, found) in findings(&config).await {
        wrong += u32::from(found.is_wrong());
        let (word, said) = (found.word(), found.said());
        let object =
            serde_json::json!({ "check": what, "ok": !found.is_wrong(), "state": word, "mend": said });
        let text = || {
            let word = column(&told!(config, format!("doctor.{word}")), width(config.language));
            said.map_or_else(|| format!("{word}  {what}"), |said| about(config.language, &word, what, said))
        };
        out.record(&object, text).await?;
    }
    match wrong {
        0 => Ok(()),
        1 => Err(Failure::text(told!(config, "doctor.mend-one"))),
        wrong => Err(Failure::text(told!(config, "doctor.mend-many", count = wrong.to_string()))),
    }
}

/// How wide the first column is: as its longest word.
fn width(language: Language) -> usize {
    match language {
        Language::English => 5,
        Language::Chinese => 6,
    }
}

fn about(language: Language, word: &str, what: &str, said: &str) -> String {
    match language {
        Language::English => format!("{word}  {what}: {said}"),
        Language::Chinese => format!("{word}  {what}：{said}"),
    }
}

async fn findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let now = Clock::system().now();
    let mut found: Vec<(&'static str, Finding)> = vec![
        ("data_dir", files::data_dir(config).into()),
        ("keys", files::keys(config).into()),
        ("recordings", files::recordings(config).into()),
        ("policy_dir", files::policies(config).into()),
        ("auth.security_key_maker", files::makers(config).into()),
        ("login.terms", files::terms(config).into()),
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
