//! What everybody is shown before they log in: the owner's notice.

use serde::de::{Deserialize, Deserializer, Error};

use crate::domain::Language;

/// Longest notice in each language, in bytes: a screen, and one packet.
const MAX: usize = 4096;

#[derive(Debug, Clone, Default)]
pub struct Login {
    /// Ready to be sent, with its last line's end. `None`: nothing is shown.
    pub banner: Option<String>,
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table, [login]")]
pub(super) struct RawLogin {
    banner: RawBanner,
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
    pub(super) fn settle(self, language: Language) -> Login {
        let RawBanner { chinese: Notice(chinese), english: Notice(english) } = self.banner;
        let texts = match language {
            Language::Chinese => [chinese, english],
            Language::English => [english, chinese],
        };
        let banner: String =
            texts.iter().filter(|text| !text.is_empty()).map(|text| format!("{text}\n")).collect();
        Login { banner: (!banner.is_empty()).then_some(banner) }
    }
}
