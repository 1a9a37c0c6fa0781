//! However a command's words are quoted, it is as dangerous as it is; and in front of it a wrapper takes nothing away.
#![no_main]

use std::sync::LazyLock;

use juyong::command::{Place, judge};
use juyong::domain::Danger;
use juyong::policy::{Policy, SourceFile, load};
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let file = SourceFile { path: "fuzz.toml".to_owned(), text: "[operator.a]".to_owned() };
    load(&[file], &jiff::tz::TimeZone::UTC).unwrap_or_else(|_| panic!("the policy loads"))
});

fn danger(line: &str) -> Option<Danger> {
    judge(&POLICY, &[], line, Place::Exec).danger
}

fn written(words: &[String], quote: impl Fn(&str) -> String) -> String {
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
}

fuzz_target!(|words: Vec<String>| {
    if words.is_empty() || words.iter().any(|word| word.is_empty() || word.contains(['\n', '\0'])) {
        return;
    }
    let single = written(&words, |word| format!("'{}'", word.replace('\'', "'\\''")));
    let escaped = written(&words, |word| word.chars().flat_map(|sign| ['\\', sign]).collect());
    assert_eq!(danger(&single), danger(&escaped), "{single}");
    assert!(danger(&format!("sudo -n -- {single}")) >= danger(&single), "{single}");
});
