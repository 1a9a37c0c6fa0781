//! What puts a terminal back after a program that may have left it in any state.

/// Puts a terminal back to where a shell's prompt can live: main screen, cursor, colours, letters, no scrolling region,
/// no mouse, no bracketed paste, cooked keys.
pub const RESET: &str = "\x1b[?1049l\x1b7\x1b[r\x1b8\x1b[?25h\x1b[?7h\x1b[?5l\x1b[4l\x1b[0m\x0f\x1b(B\
    \x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b>\x1b[?1l";

/// The same for a prompt in the next row: no colours, a cursor, plain keys, no mouse. It does not leave the other screen:
/// terminals that are not on it move the cursor then, and the prompt would be drawn over what was shown.
pub const RESET_IN_PLACE: &str = "\x1b[0m\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l";
