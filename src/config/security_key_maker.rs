//! Whose security keys are enrolled: `[[auth.security_key_maker]]`.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use serde::de::{Deserializer, SeqAccess, Visitor};

use super::mend::fault;
use crate::auth::attestation::Aaguid;

/// A maker, by the authority that signs for its keys.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, [[auth.security_key_maker]]")]
pub struct SecurityKeyMaker {
    /// As people and the journal call it.
    pub name: String,
    /// Certificates of the authority, in PEM.
    pub ca: PathBuf,
    /// The models that are taken; empty: all.
    #[serde(default)]
    pub aaguids: Vec<Aaguid>,
}

/// Longest name in characters.
const LONGEST_NAME: usize = 40;

/// Entries, at most: each key that is enrolled is compared with all of them.
const MOST_MAKERS: usize = 64;

/// A table by itself is a likely mistake: it is told how it is written.
struct EachMaker;

impl<'de> Visitor<'de> for EachMaker {
    type Value = Vec<SecurityKeyMaker>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tables, each below [[auth.security_key_maker]]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
        std::iter::from_fn(|| all.next_element().transpose()).collect()
    }
}

pub(super) fn security_key_makers<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<SecurityKeyMaker>, D::Error> {
    let makers = from.deserialize_seq(EachMaker)?;
    if makers.len() > MOST_MAKERS {
        return Err(fault(
            format_args!("more than {MOST_MAKERS} makers"),
            "put those of one authority together",
        ));
    }
    let mut names = BTreeSet::new();
    for SecurityKeyMaker { name, .. } in &makers {
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            let mend = format_args!("write 1 to {LONGEST_NAME} characters, such as \"Yubico\"");
            return Err(fault(format_args!("{name:?} does not name a maker"), mend));
        }
        if !names.insert(name) {
            return Err(fault(
                format_args!("{name:?} stands here a second time"),
                "give each entry a name of its own",
            ));
        }
    }
    Ok(makers)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::super::Config;

    fn parse(makers: &str) -> Result<Config, String> {
        Config::parse(Path::new("/etc/juyong/juyong.toml"), makers).map_err(|error| error.to_string())
    }

    #[test]
    fn makers_are_read_and_their_files_found() {
        let text = "[auth]\nlock_after = 3\n[[auth.security_key_maker]]\nname = \"Yubico\"\nca = \"yubico.pem\"\n\
                    aaguids = [\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"]\n\
                    [[auth.security_key_maker]]\nname = \"飞天\"\nca = \"/srv/feitian.pem\"\n[listen]\n";
        let makers = parse(text).unwrap().auth.security_key_makers;
        let read: Vec<_> = makers.iter().map(|one| (one.name.as_str(), one.aaguids.len())).collect();
        assert_eq!(read, [("Yubico", 1), ("飞天", 0)]);
        let files: Vec<_> = makers.iter().map(|one| one.ca.display().to_string()).collect();
        assert_eq!(files, ["/etc/juyong/yubico.pem", "/srv/feitian.pem"]);
        assert!(parse("").unwrap().auth.security_key_makers.is_empty());
    }

    #[test]
    fn what_is_wrong_with_one_is_told_at_its_place() {
        let head = "[[auth.security_key_maker]]\nname = \"a\"\nca = \"a.pem\"\n";
        for (text, told) in [
            (
                "[[auth.security_key_maker]]\nname = \"a\"\n",
                "1:1: `ca` is missing in `auth.security_key_maker`",
            ),
            (&format!("{head}cas = 1\n"), "4:1: unknown key \"cas\" in [auth.security_key_maker]"),
            (&format!("{head}aaguids = [\"x\"]\n"), "4:11: \"x\" is not the number of a model"),
            (&format!("{head}{head}"), "\"a\" stands here a second time"),
            (&head.replace("\"a\"", "\"\""), "\"\" does not name a maker"),
            (&head.replace("\"a\"", "\"a\\u001b\""), "does not name a maker"),
            (
                &head.replace("[[", "[").replace("]]", "]"),
                "must be tables, each below [[auth.security_key_maker]], not a table",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(told), "{text}\n  says   {error}\n  wanted {told}");
        }
    }
}
