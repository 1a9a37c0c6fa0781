//! What keeps an account out, in words; what its factors lack, and the commands that add it.

use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::access::account::KeptOut;
use crate::auth::{Factor, Factors};
use crate::domain::{Language, OperatorName, shown_time};
use crate::store::Lock;

/// One thing that keeps an account out.
pub(crate) fn kept_out(what: &KeptOut, language: Language, zone: &TimeZone) -> String {
    let (tag, told) = (language.tag(), |at| shown_time(at, zone));
    match what {
        KeptOut::Disabled => t!("operator.disabled", locale = tag),
        KeptOut::NotYetValid(since) => t!("operator.not-valid-yet", locale = tag, since = told(*since)),
        KeptOut::Expired(until) => t!("operator.expired", locale = tag, until = told(*until)),
        KeptOut::Idle(since) => t!("operator.idle", locale = tag, since = told(*since)),
        KeptOut::NotEnrolled => t!("operator.not-enrolled", locale = tag),
        KeptOut::Incomplete(lacking) => {
            t!("operator.incomplete", locale = tag, missing = missing(lacking, language))
        }
        KeptOut::Locked(Lock { until, key: Some(key), home: Some(home), .. }) => {
            let home = home.to_string();
            t!("operator.locked-home", locale = tag, until = told(*until), key = key, home = home)
        }
        KeptOut::Locked(Lock { until, key: Some(key), .. }) => {
            t!("operator.locked-key", locale = tag, until = told(*until), key = key)
        }
        KeptOut::Locked(Lock { until, .. }) => t!("operator.locked", locale = tag, until = told(*until)),
    }
    .into_owned()
}

/// `code`, `key or password`, `password and code`.
pub(crate) fn missing(lacking: &[Factors], language: Language) -> String {
    let tag = language.tag();
    let word = |factor: Factor| t!(format!("factor.{}", factor.as_str()), locale = tag).into_owned();
    let way = |way: &Factors| way.iter().map(word).collect::<Vec<_>>().join(&t!("factor.and", locale = tag));
    lacking.iter().map(way).collect::<Vec<_>>().join(&t!("factor.or", locale = tag))
}

/// Who is enrolled and cannot log in yet hears what is missing.
pub(crate) fn cannot_log_in(operator: &OperatorName, lacking: &[Factors], language: Language) -> String {
    let (missing, command) = (missing(lacking, language), mend(operator.as_str(), lacking));
    let (tag, operator) = (language.tag(), operator.as_str());
    t!("operator.cannot-log-in", locale = tag, operator = operator, missing = missing, command = command)
        .into_owned()
}

/// The commands that add the first of these: a code alone is drawn by the bare command.
pub(crate) fn mend(operator: &str, lacking: &[Factors]) -> String {
    let command = |factor: Factor| {
        let option = match factor {
            Factor::PublicKey | Factor::SkVerified => " --public-key FILE",
            Factor::Password => " --password-stdin",
            Factor::Totp => "",
            Factor::GmOtp => " --gm-otp-secret-stdin",
        };
        format!("juyong operator enrol {operator}{option}")
    };
    let first = lacking.first().copied().unwrap_or_default();
    first.iter().map(command).collect::<Vec<_>>().join(" && ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_how_it_is_added() {
        for (lacking, english, chinese, command) in [
            (&["totp"][..], "code", "动态口令", "juyong operator enrol li"),
            (
                &["publickey", "password"],
                "key or password",
                "密钥或密码",
                "juyong operator enrol li --public-key FILE",
            ),
            (
                &["password+totp"],
                "password and code",
                "密码和动态口令",
                "juyong operator enrol li --password-stdin && juyong operator enrol li",
            ),
        ] {
            let code = Factors::NONE.with(Factor::Totp);
            let lacking: Vec<Factors> = lacking.iter().map(|text| text.parse().unwrap_or(code)).collect();
            assert_eq!(missing(&lacking, Language::English), english);
            assert_eq!(missing(&lacking, Language::Chinese), chinese);
            assert_eq!(mend("li", &lacking), command);
        }
    }
}
