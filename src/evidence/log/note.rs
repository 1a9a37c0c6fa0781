//! Text that is signed by one key or several (C2SP signed-note).

use std::fmt;

use super::key::LogKey;
use super::signature::NoteSignature;

/// The longest note that is read, and the most signatures: a witness or two dozen, and not a disk.
const LONGEST: usize = 64 * 1024;
const SIGNATURES: usize = 64;

/// A text and who signed it. The text counts for nothing before a signature of a known key was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    pub text: String,
    pub signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note. Its end counts, too: what stands behind the last signature makes it none.
    pub fn parse(note: &str) -> Option<Self> {
        let printable = |c: char| c == '\n' || !c.is_control();
        if note.len() > LONGEST || !note.chars().all(printable) {
            return None;
        }
        let at = note.rfind("\n\n")?;
        let (text, below) = (note.get(..=at)?, note.get(at + 2..)?);
        let lines: Vec<_> = below.strip_suffix('\n')?.split('\n').take(SIGNATURES + 1).collect();
        if lines.len() > SIGNATURES {
            return None;
        }
        let signatures = lines.into_iter().map(NoteSignature::parse).collect::<Option<_>>()?;
        Some(Self { text: text.to_owned(), signatures })
    }

    /// Whether this key signed it. A signature that says so and does not verify spoils the note.
    pub fn is_signed_by(&self, key: &LogKey) -> bool {
        let mut its = self.signatures.iter().filter(|signature| key.made(signature)).peekable();
        its.peek().is_some() && its.all(|signature| key.verifies(&self.text, signature))
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}
