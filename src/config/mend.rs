//! What is wrong with a value and the mend, through a parser that carries one message.

use serde::de::Error;

/// Parts what is wrong from the mend in such a message.
pub(super) const MEND: char = '\n';

/// What is wrong, and the mend.
pub(super) fn fault<E: Error>(problem: impl std::fmt::Display, mend: impl std::fmt::Display) -> E {
    E::custom(format_args!("{problem}{MEND}{mend}"))
}
