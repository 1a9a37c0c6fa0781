//! What a client says of the pseudo-terminal that it asks for.

/// A pseudo-terminal as the client asked for it (RFC 4254 §6.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terminal {
    pub term: String,
    pub columns: u32,
    pub rows: u32,
    /// The client said how large it is. Where a program has made it, without anybody before it, it has no size.
    pub sized: bool,
    pub pixel_width: u32,
    pub pixel_height: u32,
    /// Encoded terminal modes (RFC 4254 §8): opcode and value.
    pub modes: Vec<(u8, u32)>,
}

/// Modes (RFC 4254 §8) that a client may choose although what is typed has to be seen: its erase key, whether its letters
/// are UTF-8, and its speeds.
const HARMLESS: [u8; 3] = [42, 128, 129];
const VERASE: u8 = 3;

/// What makes a terminal echo each line, hand it on at Enter, and end no line elsewhere: ISIG, ICANON, ECHO, ECHOE, ECHOK,
/// ECHOCTL, ICRNL, OPOST and ONLCR on, IXON off, which would hold the echo back.
const ECHOING: [(u8, u32); 10] =
    [(50, 1), (51, 1), (53, 1), (54, 1), (55, 1), (60, 1), (36, 1), (70, 1), (72, 1), (38, 0)];

impl Terminal {
    /// Lets it show what is typed, whatever the client asked for: without an echo nothing can be judged.
    pub fn show_what_is_typed(&mut self) {
        let erases = |code, value| code == VERASE && matches!(value, 0x08 | 0x7f);
        self.modes.retain(|&(code, value)| HARMLESS.contains(&code) || erases(code, value));
        self.modes.extend(ECHOING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_hide_what_is_typed_is_not_asked_for() {
        let modes = vec![(1, 0), (3, 0x7f), (5, 0), (33, 1), (38, 1), (42, 1), (51, 0), (53, 0), (128, 9600)];
        let mut terminal = Terminal { modes, ..Terminal::default() };
        terminal.show_what_is_typed();
        let (kept, set) = terminal.modes.split_at(3);
        assert_eq!((kept, set), (&[(3, 0x7f), (42, 1), (128, 9600)][..], &ECHOING[..]));
    }
}
