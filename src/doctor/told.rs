//! What is found, in words of the catalog.

/// A text of the catalog, with its values, in the language of this configuration.
macro_rules! told {
    ($config:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $config.language.tag() $(, $name = $value)*).into_owned()
    };
}

pub(super) use told;

use super::finding::Finding;
use crate::config::Config;

/// Most names of one kind that are told.
const NAMED: usize = 5;

/// What several things say of one matter, in one line.
pub(super) fn joined(config: &Config, said: &[String]) -> String {
    said.join(&told!(config, "doctor.and"))
}

/// How many, and the first of them.
pub(super) fn named(config: &Config, key: &str, names: &[String]) -> Option<String> {
    let shown: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = names.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| told!(config, "doctor.and-more", count = more.to_string()));
    let shown = shown.join(&told!(config, "console.comma")) + &more.unwrap_or_default();
    (!names.is_empty()).then(|| told!(config, key, count = names.len().to_string(), names = shown))
}

pub(super) fn notes(config: &Config, all: impl Iterator<Item = String>) -> Finding {
    let all: Vec<_> = all.collect();
    if all.is_empty() { Finding::Fine } else { Finding::Note(joined(config, &all)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Language;

    #[test]
    fn names_are_counted_and_bounded() {
        let names: Vec<_> = (0..100).map(|n| format!("db{n}")).collect();
        let mut config = Config::under(std::path::Path::new("/nonexistent"));
        config.language = Language::English;
        let told = |config: &Config, names: &[String]| named(config, "doctor.no-host-key", names);
        let all = told(&config, &names).unwrap();
        assert!(
            all.starts_with("100 without a host key (db0, db1, db2, db3, db4 and 95 more): run"),
            "{all}"
        );
        assert!(told(&config, &["a".to_owned()]).unwrap().starts_with("1 without a host key (a): "));
        assert_eq!(told(&config, &[]), None);
        config.language = Language::Chinese;
        let all = told(&config, &names).unwrap();
        assert!(all.starts_with("100 个资产没有主机密钥（db0、db1、db2、db3、db4 等，另有 95 个）"), "{all}");
    }
}
