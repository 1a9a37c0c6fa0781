/// How large a terminal is, in characters. Zero: the client did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalSize {
    pub columns: u32,
    pub rows: u32,
}
