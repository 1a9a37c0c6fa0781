//! How large a terminal is, as everybody hears it: the asset, the gateway's own screen and the recording.

/// Where the client does not know.
const UNKNOWN: TerminalSize = TerminalSize { columns: 80, rows: 24 };

const COLUMNS: std::ops::RangeInclusive<u32> = 20..=1000;
const ROWS: std::ops::RangeInclusive<u32> = 4..=500;

/// In characters. Zero: the client did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TerminalSize {
    pub columns: u32,
    pub rows: u32,
}

impl TerminalSize {
    /// What counts for what a client asked for. It may say what it likes. If the asset drew for another size than the
    /// gateway reads, a line could be hidden from judging by a choice of the client's; so there is one size, and it is one
    /// that lines can be read in.
    pub fn readable(columns: u32, rows: u32) -> Self {
        let or = |size, unknown| if size == 0 { unknown } else { size };
        Self {
            columns: or(columns, UNKNOWN.columns).clamp(*COLUMNS.start(), *COLUMNS.end()),
            rows: or(rows, UNKNOWN.rows).clamp(*ROWS.start(), *ROWS.end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TerminalSize;

    /// trial 16, trial N3
    #[test]
    fn every_size_is_one_to_read_in() {
        for (asked, counts) in [
            ((0, 0), (80, 24)),
            ((132, 43), (132, 43)),
            ((8, 2), (20, 4)),
            ((0, 50), (80, 50)),
            ((u32::MAX, u32::MAX), (1000, 500)),
        ] {
            let size = TerminalSize::readable(asked.0, asked.1);
            assert_eq!((size.columns, size.rows), counts, "{asked:?}");
        }
    }
}
