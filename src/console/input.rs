//! What a caller gives beside the words of a command.

use zeroize::Zeroizing;

use super::say::say;
use crate::access::Services;
use crate::admin::{AdminError, AdminErrorKind};
use crate::domain::Secret;

/// Files' contents, standard input. Secrets come this way, and not among the words.
#[derive(Debug, Default)]
pub struct Input {
    pub file: Option<Secret>,
    /// What the maker of a security key says of it, from a file of its own.
    pub attestation: Option<Secret>,
    pub stdin: Option<Secret>,
    /// Whether the answer is read by somebody at a terminal.
    pub terminal: bool,
}

/// The first line of standard input, without its end.
pub(super) fn first_line(services: &Services, text: &Secret) -> Result<Secret, AdminError> {
    let line = text.expose().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    match line.is_empty() {
        true => {
            let text = say!(services, "credential.empty");
            let mend = say!(services, "credential.mend-empty");
            Err(AdminError::new(AdminErrorKind::Invalid, text).mend(mend))
        }
        false => Ok(Secret::new(line)),
    }
}

/// Parts standard input into what is left for the command and the secret of the codes, which stands on the line
/// after the password where both are given.
pub(super) fn split(
    services: &Services,
    input: Input,
    password: bool,
    codes: bool,
) -> Result<(Input, Option<Zeroizing<String>>), AdminError> {
    if !codes {
        return Ok((input, None));
    }
    let missing = || AdminError::new(AdminErrorKind::Invalid, say!(services, "console.no-code-line"));
    let text = input.stdin.as_ref().and_then(Secret::expose_str).ok_or_else(missing)?;
    let mut lines = text.lines();
    let first = password.then(|| lines.next().map(Secret::new)).flatten();
    let secret = lines.next().map(str::trim).filter(|line| !line.is_empty()).ok_or_else(missing)?;
    let secret = Zeroizing::new(secret.to_owned());
    Ok((Input { stdin: first, ..input }, Some(secret)))
}
