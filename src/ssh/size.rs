//! How large a terminal is, as everybody hears it: the asset, the gateway's own screen and the recording.
//!
//! A client may say what it likes. If the asset drew for another size than the gateway reads, a line could be hidden
//! from judging by a choice of the client's; so there is one size, and it is one that lines can be read in.

/// Where the client does not know.
const UNKNOWN: (u32, u32) = (80, 24);

const COLUMNS: std::ops::RangeInclusive<u32> = 20..=1000;
const ROWS: std::ops::RangeInclusive<u32> = 4..=500;

/// Columns and rows that count for what a client asked for.
pub(super) fn sane(columns: u32, rows: u32) -> (u32, u32) {
    let or = |size, unknown| if size == 0 { unknown } else { size };
    (
        or(columns, UNKNOWN.0).clamp(*COLUMNS.start(), *COLUMNS.end()),
        or(rows, UNKNOWN.1).clamp(*ROWS.start(), *ROWS.end()),
    )
}

#[cfg(test)]
mod tests {
    use super::sane;

    /// trial 16, trial N3
    #[test]
    fn every_size_is_one_to_read_in() {
        assert_eq!(sane(0, 0), (80, 24));
        assert_eq!(sane(132, 43), (132, 43));
        assert_eq!(sane(8, 2), (20, 4));
        assert_eq!(sane(0, 50), (80, 50));
        assert_eq!(sane(u32::MAX, u32::MAX), (1000, 500));
    }
}
