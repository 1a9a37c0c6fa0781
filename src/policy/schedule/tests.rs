#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::hours::{Extra, Hours, Weekdays, Weekly};
use super::open::Schedule;
use crate::domain::ScheduleName;
use crate::policy::days::Days;

fn schedule(timezone: &str, open: &[&str], closed: &[&str], extra: &[&str]) -> Schedule {
    Schedule::new(
        ScheduleName::parse("test").unwrap(),
        TimeZone::get(timezone).unwrap(),
        open.iter().map(|text| Weekly::parse(text).unwrap()).collect(),
        closed.iter().map(|text| Days::parse(text).unwrap()).collect(),
        extra.iter().map(|text| Extra::parse(text).unwrap()).collect(),
    )
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Open at the first instant, until the second.
#[track_caller]
fn open(schedule: &Schedule, at: &str, until: &str) {
    assert!(schedule.is_open(instant(at)), "{at}");
    assert_eq!(schedule.open_until(instant(at)), Some(instant(until)), "{at}");
}

#[track_caller]
fn closed(schedule: &Schedule, at: &str) {
    assert!(!schedule.is_open(instant(at)), "{at}");
}

#[test]
fn hours_include_their_beginning_and_not_their_end() {
    let work = schedule("Asia/Shanghai", &["Mon-Fri 08:30-18:00"], &[], &[]);
    closed(&work, "2026-04-08T08:29:59.999+08:00");
    open(&work, "2026-04-08T08:30:00+08:00", "2026-04-08T18:00:00+08:00");
    open(&work, "2026-04-08T17:59:59.999+08:00", "2026-04-08T18:00:00+08:00");
    closed(&work, "2026-04-08T18:00:00+08:00");
    closed(&work, "2026-04-11T12:00:00+08:00");
}

#[test]
fn nights_cross_midnight_months_and_years() {
    let night = schedule("Asia/Shanghai", &["daily 22:00-06:00"], &[], &[]);
    open(&night, "2026-12-31T23:00:00+08:00", "2027-01-01T06:00:00+08:00");
    open(&night, "2027-01-01T00:00:00+08:00", "2027-01-01T06:00:00+08:00");
    open(&night, "2028-02-28T22:00:00+08:00", "2028-02-29T06:00:00+08:00");
    open(&night, "2028-02-29T22:00:00+08:00", "2028-03-01T06:00:00+08:00");
    closed(&night, "2028-02-29T06:00:00+08:00");
}

#[test]
fn touching_stretches_are_one() {
    let oncall = schedule("Asia/Shanghai", &["Mon-Fri 18:00-09:00", "Sat,Sun 00:00-24:00"], &[], &[]);
    open(&oncall, "2026-04-10T18:00:00+08:00", "2026-04-13T00:00:00+08:00");
    open(&oncall, "2026-04-13T18:00:00+08:00", "2026-04-14T09:00:00+08:00");
    let split =
        schedule("Asia/Shanghai", &["daily 08:00-12:00", "Wed 12:00-14:00", "Wed 13:00-15:00"], &[], &[]);
    open(&split, "2026-04-08T09:00:00+08:00", "2026-04-08T15:00:00+08:00");
    open(&split, "2026-04-09T09:00:00+08:00", "2026-04-09T12:00:00+08:00");
}

#[test]
fn midnight_can_be_written_both_ways() {
    for text in ["Fri 18:00-24:00", "Fri 18:00-00:00"] {
        let evening = schedule("Asia/Shanghai", &[text], &[], &[]);
        open(&evening, "2026-04-10T23:59:59.9+08:00", "2026-04-11T00:00:00+08:00");
        closed(&evening, "2026-04-11T00:00:00+08:00");
    }
}

#[test]
fn always_open_has_no_end_and_a_far_closed_date_none_worth_telling() {
    let always = schedule("Europe/Berlin", &["daily 00:00-24:00"], &[], &[]);
    assert_eq!(always.open_until(instant("2026-04-08T00:00:00Z")), None);
    let holiday = schedule("Asia/Shanghai", &["daily 00:00-24:00"], &["2026-10-01..2026-10-07"], &[]);
    open(&holiday, "2026-04-08T00:00:00+08:00", "2026-10-01T00:00:00+08:00");
    assert_eq!(holiday.open_until(instant("2024-04-08T00:00:00Z")), None);
    assert_eq!(always.open_until(Timestamp::MAX), None);
    assert!(always.is_open(Timestamp::MIN));
}

#[test]
fn a_closed_date_also_cuts_what_began_the_evening_before() {
    let night = schedule("Asia/Shanghai", &["daily 22:00-06:00"], &["2026-05-01"], &[]);
    open(&night, "2026-04-30T23:00:00+08:00", "2026-05-01T00:00:00+08:00");
    closed(&night, "2026-05-01T00:00:00+08:00");
    closed(&night, "2026-05-01T23:00:00+08:00");
    open(&night, "2026-05-02T00:00:00+08:00", "2026-05-02T06:00:00+08:00");
}

#[test]
fn extra_wins_over_closed() {
    let work = schedule(
        "Asia/Shanghai",
        &["Mon-Fri 08:30-18:00"],
        &["2026-05-01..2026-05-05"],
        &["2026-05-04 10:00-12:00", "2026-05-09 08:30-18:00", "2026-04-30 22:00-02:00"],
    );
    closed(&work, "2026-05-04T09:59:59+08:00");
    open(&work, "2026-05-04T10:00:00+08:00", "2026-05-04T12:00:00+08:00");
    closed(&work, "2026-05-05T10:00:00+08:00");
    open(&work, "2026-05-09T08:30:00+08:00", "2026-05-09T18:00:00+08:00");
    open(&work, "2026-04-30T23:00:00+08:00", "2026-05-01T02:00:00+08:00");
}

#[test]
fn the_skipped_hour_never_opens() {
    let berlin = schedule("Europe/Berlin", &["daily 02:00-03:00"], &[], &[]);
    closed(&berlin, "2026-03-29T00:59:59Z");
    closed(&berlin, "2026-03-29T01:00:00Z");
    open(&berlin, "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z");
    let early = schedule("Europe/Berlin", &["daily 01:00-02:30"], &[], &[]);
    open(&early, "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z");
    let late = schedule("Europe/Berlin", &["daily 02:30-05:00"], &[], &[]);
    closed(&late, "2026-03-29T00:59:59Z");
    open(&late, "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z");
    let night = schedule("Europe/Berlin", &["daily 22:00-06:00"], &[], &[]);
    open(&night, "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z");
}

#[test]
fn the_repeated_hour_opens_twice() {
    let berlin = schedule("Europe/Berlin", &["daily 02:00-02:30"], &[], &[]);
    open(&berlin, "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z");
    closed(&berlin, "2026-10-25T00:30:00Z");
    open(&berlin, "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z");
    let hour = schedule("Europe/Berlin", &["daily 02:00-03:00"], &[], &[]);
    open(&hour, "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z");
    let late = schedule("Europe/Berlin", &["daily 02:30-05:00"], &[], &[]);
    open(&late, "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z");
    open(&late, "2026-10-25T01:30:00Z", "2026-10-25T04:00:00Z");
}

#[test]
fn the_timezone_decides_what_day_it_is() {
    let tokyo = schedule("Asia/Tokyo", &["Sat,Sun 00:00-24:00"], &[], &[]);
    open(&tokyo, "2026-04-10T15:00:00Z", "2026-04-12T15:00:00Z");
    let kathmandu = schedule("Asia/Kathmandu", &["Mon-Fri 09:00-17:00"], &[], &[]);
    open(&kathmandu, "2026-04-08T03:15:00Z", "2026-04-08T11:15:00Z");
}

mod agreement {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// `open_until` says what asking every minute would have said.
        #[test]
        fn the_end_is_the_first_minute_that_is_not_open(
            hours in prop::collection::vec((0_u16..1440, 1_u16..=1440, 1_u8..128), 1..4),
            // Three weeks around each change of Berlin's clocks in 2026.
            start in prop_oneof![1_774_000_000_i64..1_775_800_000, 1_792_000_000_i64..1_793_800_000],
        ) {
            let base = schedule("Europe/Berlin", &["Mon 00:00-01:00"], &["2026-03-25"], &["2026-03-25 11:00-12:00"]);
            let open = hours
                .into_iter()
                .filter(|(from, to, _)| from != to)
                .map(|(from, to, days)| Weekly { days: Weekdays(days), hours: Hours { from, to } })
                .collect();
            let schedule = Schedule::new(base.name, base.timezone, open, base.closed, base.extra);
            let at = Timestamp::from_second(start).unwrap();
            let minutes = (start / 60 + 1..).map(|minute| Timestamp::from_second(minute * 60).unwrap());
            let end = std::iter::once(at).chain(minutes).take(1440 * 9).find(|at| !schedule.is_open(*at));
            match end {
                Some(end) => prop_assert_eq!(schedule.open_until(at), Some(end)),
                None => prop_assert!(schedule.open_until(at).is_none_or(|end| end.as_second() > start + 86_400 * 8)),
            }
        }
    }
}
