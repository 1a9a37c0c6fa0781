//! Secrets that are known by what stands around them, whatever the line is: also one that is not read, or no
//! shell's at all. Each is a part of one word, without a sign that could end the word or run something.

use std::sync::LazyLock;

use regex::Regex;

use super::hide::{Hide, names_source};

/// A part of a word that means itself in any quotes.
const SECRET: &str = r#"(?P<secret>[^\s'"`$\\;|&<>(){}]+)"#;

/// The same in a list.
const LISTED: &str = r#"(?P<secret>[^\s'"`$\\;|&<>(){},]+)"#;

/// Where a word may begin: also inside of quotes, and behind `@`, `?` and `&` of an address or a form.
const BEGIN: &str = r#"(?:^|[\s;|&('"=?,{@])"#;

/// `<NAME>` is the name of a secret.
const NAME: &str = concat!(
    r"(?:[a-z0-9_.-]*(?:password|passwd|passphrase|_pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key)",
    r"|(?:[a-z0-9_.-]*[_.-])?(?:store|key|trust|user|db|root|admin|sys)?pass)"
);

const PATTERNS: &[&str] = &[
    // --password=x, -token=x, -Djavax.net.ssl.keyStorePassword=x, PGPASSWORD=x, user=a&password=b
    r"(?i)<BEGIN>--<NAME>=<SECRET>",
    r"(?i)<BEGIN>-?<NAME>=<LISTED>",
    // {"password": "x, y"}, also with its quotes escaped
    r#"(?i)"<NAME>"[ \t]*:[ \t]*"(?P<secret>[^"\\$`\n;|&<>(){}]+)""#,
    r#"(?i)\\"<NAME>\\"[ \t]*:[ \t]*\\"(?P<secret>[^"\\$`\n;|&<>(){}]+)\\""#,
    // {"password":"x"}, password: x
    r#"(?i)\b<NAME>\\?"?:[ \t]*\\?"?<LISTED>"#,
    // /password:x, as Windows' programs have it
    r"(?i)<BEGIN>/(?:pass|password|pwd):<SECRET>",
    // scheme://user:x@host
    r#"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'"]*:(?P<secret>[^\s/@'"`$\\;|&<>(){}]+)@"#,
    // Authorization: Bearer x
    r"(?i)\bauthorization:[ \t]*(?:bearer|basic|token)[ \t]+<SECRET>",
    // PRIVATE-TOKEN: x, X-Api-Key: x, X-Vault-Token: x
    r"(?i)\b(?:[a-z]+-)*(?:token|api-?key|secret):[ \t]*<SECRET>",
    // IDENTIFIED BY 'x', PASSWORD 'x'
    r#"(?i)\b(?:identified[ \t]+by|password(?:[ \t]*=|[ \t]+for[ \t]+\S+[ \t]*=)?)[ \t]+(?:password[ \t]+)?\\?['"]<SECRET>\\?['"]"#,
    // openssl … pass:x
    r"\bpass:<SECRET>",
];

/// `IDENTIFIED BY 'x'` where nothing but the quote ends the text.
const STATEMENT: &str = r#"(?i)\b(?:identified[ \t]+by|password(?:[ \t]*=|[ \t]+for[ \t]+\S+[ \t]*=)?)[ \t]*(?:password[ \t]+)?(?:'(?P<one>[^'\n]+)'|\\?"(?P<two>[^"\\\n$`]+)\\?")"#;

static STATEMENTS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(STATEMENT).ok());

static RULES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let rules = PATTERNS.iter().map(|pattern| Regex::new(&expression(pattern)));
    rules.filter_map(Result::ok).collect() // a test compiles each of them
});

fn expression(pattern: &str) -> String {
    pattern
        .replace("<BEGIN>", BEGIN)
        .replace("<NAME>", NAME)
        .replace("<SECRET>", SECRET)
        .replace("<LISTED>", LISTED)
}

pub(super) fn of(line: &str) -> impl Iterator<Item = Hide> {
    RULES.iter().flat_map(move |rule| {
        let secrets = rule.captures_iter(line).filter_map(|found| found.name("secret"));
        secrets.filter(|secret| !names_source(secret.as_str())).map(|secret| Hide::exactly(secret.range()))
    })
}

/// Secrets in a statement that is one text to the shell, or comes from no shell; it stands at `from`.
pub(super) fn of_statement(text: &str, from: usize) -> impl Iterator<Item = Hide> {
    STATEMENTS.iter().flat_map(move |rule| {
        rule.captures_iter(text).filter_map(move |found| {
            let secret = found.name("one").or_else(|| found.name("two"))?;
            // `"password": "x"` is no statement.
            let key = text.get(..found.get(0)?.start())?.ends_with('"');
            (!key).then(|| Hide::exactly(from + secret.start()..from + secret.end()))
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_pattern_is_a_good_expression() {
        Regex::new(STATEMENT).unwrap();
        for pattern in PATTERNS {
            Regex::new(&expression(pattern)).unwrap();
        }
    }
}
