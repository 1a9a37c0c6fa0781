#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// A Tuesday noon in Shanghai.
const NOW: &str = "2026-12-01T04:00:00Z";

fn read_in(zone: &str, text: &str, sense: Sense) -> Result<String, InvalidTime> {
    let zone = TimeZone::get(zone).unwrap();
    let moments = Moments { zone: &zone, now: Some(NOW.parse().unwrap()) };
    moments.read(text, sense).map(|at| shown(at, &zone))
}

fn read(text: &str, sense: Sense) -> String {
    read_in("Asia/Shanghai", text, sense).unwrap_or_else(|error| error.to_string())
}

/// newcomer: the time of day was cut off, and a day as an end was not in it.
#[test]
fn each_form_means_one_instant_for_each_use() {
    use Sense::{At, Before, Since, Until};
    for (text, sense, want) in [
        ("2026-12-05", At, "2026-12-05 00:00:00 +08:00"),
        ("2026-12-05", Since, "2026-12-05 00:00:00 +08:00"),
        ("2026-12-05", Until, "2026-12-06 00:00:00 +08:00"),
        ("2026-12-05", Before, "2026-12-06 00:00:00 +08:00"),
        ("2026-12-05 18:00", Until, "2026-12-05 18:00:00 +08:00"),
        (" 2026-12-05T18:00 ", Until, "2026-12-05 18:00:00 +08:00"),
        ("2026-12-05 18:00:07", At, "2026-12-05 18:00:07 +08:00"),
        ("2026-12-05T18:00:07.5", At, "2026-12-05 18:00:07 +08:00"),
        ("2026-12-05 24:00", Until, "2026-12-06 00:00:00 +08:00"),
        ("2026-12-05T18:00Z", At, "2026-12-06 02:00:00 +08:00"),
        ("2026-12-05T18:00:00+01:00", At, "2026-12-06 01:00:00 +08:00"),
        ("2026-12-05 18:00 +0100", At, "2026-12-06 01:00:00 +08:00"),
        ("2026-12-05 18:00 -05", At, "2026-12-06 07:00:00 +08:00"),
        ("2026-12-05 18:00 Europe/Berlin", At, "2026-12-06 01:00:00 +08:00"),
        ("2026-12-05T18:00+01:00[Europe/Berlin]", At, "2026-12-06 01:00:00 +08:00"),
        ("2026-12-05 Europe/Berlin", Until, "2026-12-06 07:00:00 +08:00"),
        ("now", At, "2026-12-01 12:00:00 +08:00"),
        ("today", Until, "2026-12-02 00:00:00 +08:00"),
        ("today", Since, "2026-12-01 00:00:00 +08:00"),
        ("tomorrow", Until, "2026-12-03 00:00:00 +08:00"),
        ("tomorrow 08:30", At, "2026-12-02 08:30:00 +08:00"),
        ("明天 08:30", At, "2026-12-02 08:30:00 +08:00"),
        ("yesterday", Since, "2026-11-30 00:00:00 +08:00"),
        ("yesterday", Before, "2026-12-01 00:00:00 +08:00"),
        ("18:00", Until, "2026-12-01 18:00:00 +08:00"),
        ("12:00", Until, "2026-12-02 12:00:00 +08:00"),
        ("11:59", Until, "2026-12-02 11:59:00 +08:00"),
        ("24:00", Until, "2026-12-02 00:00:00 +08:00"),
        ("12:00", Since, "2026-12-01 12:00:00 +08:00"),
        ("18:00", Since, "2026-11-30 18:00:00 +08:00"),
        ("24:00", Since, "2026-12-01 00:00:00 +08:00"),
        ("18:00", Before, "2026-11-30 18:00:00 +08:00"),
        ("18:00", At, "2026-12-01 18:00:00 +08:00"),
        ("08:00", At, "2026-12-01 08:00:00 +08:00"),
        ("18:00Z", At, "2026-12-02 02:00:00 +08:00"),
        ("2h", Until, "2026-12-01 14:00:00 +08:00"),
        ("+2h", Until, "2026-12-01 14:00:00 +08:00"),
        ("1h30m", At, "2026-12-01 13:30:00 +08:00"),
        ("1d", Since, "2026-11-30 12:00:00 +08:00"),
        ("12h", Before, "2026-12-01 00:00:00 +08:00"),
        ("-2h", At, "2026-12-01 10:00:00 +08:00"),
        ("５d", Until, "2026-12-06 12:00:00 +08:00"),
        ("+1h", Since, "2026-12-01 13:00:00 +08:00"),
    ] {
        assert_eq!(read(text, sense), want, "{text} {sense:?}");
    }
}

#[test]
fn what_cannot_be_read_to_its_end_is_refused() {
    for text in [
        "",
        " ",
        "d",
        "1w",
        "5 d",
        "99999999999d",
        "noon",
        "2026",
        "2026-12",
        "2026-1-5",
        "20261205",
        "2026-12-05 18",
        "2026-12-05 18:0",
        "2026-12-05 18:00x",
        "2026-12-05 18:00:",
        "2026-12-05 18:00:7",
        "2026-12-05 25:00",
        "2026-12-05 24:01",
        "2026-12-05 18:61",
        "2026-12-05  18:00",
        "2026-12-05x",
        "2026-12-05T",
        "2026-12-05 18:00:00.",
        "2026-12-05 18:00:60",
        "2026-12-05 18:00 +8",
        "tomorrowT08:00",
        "2026-12-05 18:00 +08:60",
        "2026-12-05 18:00 [Asia/Shanghai",
        "18:00 19:00",
        "\u{1b}[2J",
        "2026-12-05 18:00\u{0}",
        "+-2h",
        "30m1h",
    ] {
        for sense in [Sense::At, Sense::Until, Sense::Since, Sense::Before] {
            let error = read_in("Asia/Shanghai", text, sense).unwrap_err();
            assert!(matches!(error, InvalidTime::Form(_)), "{text:?}: {error}");
            assert!(error.to_string().contains("is not a time: write 2026-05-01"), "{error}");
        }
    }
    let zone = TimeZone::UTC;
    let file = Moments { zone: &zone, now: None };
    assert!(matches!(file.read("2026-12-05 18：00", Sense::At), Err(InvalidTime::Form(_))));
    assert_eq!(
        read_in("UTC", "２０２６-12-05　18：00", Sense::At),
        read_in("UTC", "2026-12-05 18:00", Sense::At)
    );
    assert!(matches!(read_in("UTC", "2026-02-30", Sense::At), Err(InvalidTime::Date(_))));
    assert!(matches!(read_in("UTC", "2026-12-05 18:00 Asia/Shangai", Sense::At), Err(InvalidTime::Zone(_))));
    assert!(read_in("UTC", &"9".repeat(100_000), Sense::At).unwrap_err().to_string().len() < 300);
}

#[test]
fn an_hour_that_is_skipped_or_there_twice_is_told() {
    assert_eq!(
        read_in("Europe/Berlin", "2026-03-29 02:30", Sense::At).unwrap_err().to_string(),
        "\"2026-03-29 02:30\" is skipped where clocks are put forward: write 2026-03-29T02:30:00+01:00 or \
         2026-03-29T02:30:00+02:00"
    );
    assert_eq!(
        read_in("Europe/Berlin", "2026-10-25 02:30", Sense::Until).unwrap_err().to_string(),
        "\"2026-10-25 02:30\" is there twice, since clocks are put back: write 2026-10-25T02:30:00+02:00 or \
         2026-10-25T02:30:00+01:00"
    );
    for written in ["2026-03-29T02:30:00+01:00", "2026-10-25T02:30:00+01:00"] {
        assert!(read_in("Europe/Berlin", written, Sense::At).is_ok(), "{written}");
    }
    // Days begin at 01:00 where midnight is skipped: a day is never ambiguous.
    assert_eq!(read_in("America/Asuncion", "2023-10-01", Sense::At).unwrap(), "2023-10-01 01:00:00 -03:00");
}

#[test]
fn nothing_counts_from_now_in_a_file() {
    let moments = Moments { zone: &TimeZone::UTC, now: None };
    for text in ["2h", "now", "today", "tomorrow 08:00", "18:00"] {
        assert!(matches!(moments.read(text, Sense::At), Err(InvalidTime::Relative(_))), "{text}");
    }
    assert!(moments.read("2026-12-01 18:00", Sense::At).is_ok());
}

proptest! {
    /// What is shown back is read as the same instant, for every use and in every zone.
    #[test]
    fn what_is_shown_is_read_again(
        second in 0_i64..10_000_000_000,
        zone in prop::sample::select(&["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"][..]),
    ) {
        let (at, zone) = (Timestamp::from_second(second).unwrap(), TimeZone::get(zone).unwrap());
        let moments = Moments { zone: &zone, now: None };
        for sense in [Sense::At, Sense::Until, Sense::Since, Sense::Before] {
            prop_assert_eq!(moments.read(&shown(at, &zone), sense), Ok(at));
        }
    }

    /// Whatever is typed: no panic, and nothing that is far from what it says.
    #[test]
    fn any_text_is_read_or_refused(text in "[0-9TZ:+\\-. dhmsa-z\\[\\]/今天]{0,40}") {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let moments = Moments { zone: &zone, now: Some(NOW.parse().unwrap()) };
        for sense in [Sense::At, Sense::Until, Sense::Since, Sense::Before] {
            let _ = moments.read(&text, sense);
        }
    }
}
