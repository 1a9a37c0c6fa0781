//! What a person is told at the prompt of strict mode.

use rust_i18n::t;

use crate::access::Services;
use crate::access::words::head;
use crate::domain::Language;
use crate::strict::Refused;

/// What is wrong with a line.
fn fault(language: Language, refused: &Refused) -> String {
    let key = format!("strict.{}", refused.reason.word());
    t!(&key, locale = language.tag(), what = refused.what).into_owned()
}

/// For the log, which is English.
pub(in crate::ssh_session) fn strict_reason(refused: &Refused) -> String {
    format!("at character {}: {}", refused.at, fault(Language::English, refused))
}

/// For the person.
pub(in crate::ssh_session) fn strict_refused(services: &Services, refused: &Refused) -> String {
    let language = services.language();
    let text = fault(language, refused);
    let text = t!("strict.refused", locale = language.tag(), at = refused.at.to_string(), text = text);
    head(language, &text, "")
}

pub(in crate::ssh_session) fn strict_help(services: &Services, programs: &[String]) -> String {
    let mut programs = programs.to_vec();
    programs.sort();
    programs.dedup();
    t!("strict.help", locale = services.language().tag(), programs = programs.join(", ")).into_owned()
}

pub(in crate::ssh_session) fn strict_no_directory(services: &Services, path: &str, why: &str) -> String {
    let text = t!("strict.no-directory", locale = services.language().tag(), path = path, why = why);
    head(services.language(), &text, "")
}
