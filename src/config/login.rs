//! What everybody is shown before they log in: the owner's notice.

use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error};

use super::mend::fault;
use crate::domain::Language;

/// Longest notice in each language, in bytes: a screen, and one packet.
const MAX: usize = 4096;

#[derive(Debug, Clone, Default)]
pub struct Login {
    /// Ready to be sent, with its last line's end. `None`: nothing is shown.
    pub banner: Option<String>,
    /// Where people reach the gateway, as the sheets of invitations say it; `None`: what can be known is said.
    pub address: Option<PublicAddress>,
    /// The terms of work, which everybody has to accept; `None`: there are none.
    pub terms: Option<PathBuf>,
}

/// A host and a port, as people type them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress {
    pub host: String,
    pub port: u16,
}

impl<'de> Deserialize<'de> for PublicAddress {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            let problem = format_args!("{text:?} is not a host and a port");
            fault(
                problem,
                "write it as people type it, such as \"gw.example.org:2222\" or \"[2001:db8::7]:22\"",
            )
        })
    }
}

impl PublicAddress {
    /// Longest name of a host (RFC 1035 §2.3.4).
    const LONGEST: usize = 253;

    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let good = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
                (1..=Self::LONGEST).contains(&host.len())
                    && host.chars().all(is_part)
                    && !host.starts_with('-')
            }
        };
        let port = port.parse().ok().filter(|port| *port != 0)?;
        good.then(|| Self { host: bare.unwrap_or(host).to_owned(), port })
    }

    /// The command that brings somebody here.
    pub fn ssh(&self, user: &str) -> String {
        let Self { host, port } = self;
        match port {
            22 => format!("ssh {user}@{host}"),
            port => format!("ssh -p {port} {user}@{host}"),
        }
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table, [login]")]
pub(super) struct RawLogin {
    banner: RawBanner,
    address: Option<PublicAddress>,
    terms: Option<PathBuf>,
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "{ zh-CN = \"TEXT\", en = \"TEXT\" }")]
struct RawBanner {
    #[serde(rename = "zh-CN")]
    chinese: Notice,
    #[serde(rename = "en")]
    english: Notice,
}

/// Lines that say the same on every terminal.
#[derive(Default)]
struct Notice(String);

impl<'de> Deserialize<'de> for Notice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?.replace("\r\n", "\n");
        if text.len() > MAX {
            return Err(Error::custom(format!("the banner is longer than {MAX} bytes: shorten it")));
        }
        // A client should filter what it shows (RFC 4252 §5.4), and some do not.
        let foreign = |c: &char| *c != '\n' && *c != '\t' && turns_or_moves(*c);
        match text.chars().find(foreign) {
            Some(c) => Err(Error::custom(format!(
                "the banner has the control character {}: take it out",
                c.escape_unicode()
            ))),
            None => Ok(Self(text.trim_end().to_owned())),
        }
    }
}

/// Moves a cursor, rings, or turns the direction of writing.
fn turns_or_moves(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl RawLogin {
    /// Nobody has said yet which language is theirs: the gateway's own comes first, then the other.
    pub(super) fn settle(self, language: Language, base: &Path) -> Login {
        let RawBanner { chinese: Notice(chinese), english: Notice(english) } = self.banner;
        let terms = self.terms.map(|file| base.join(file));
        let texts = match language {
            Language::Chinese => [chinese, english],
            Language::English => [english, chinese],
        };
        let banner: String =
            texts.iter().filter(|text| !text.is_empty()).map(|text| format!("{text}\n")).collect();
        Login { banner: (!banner.is_empty()).then_some(banner), address: self.address, terms }
    }
}
