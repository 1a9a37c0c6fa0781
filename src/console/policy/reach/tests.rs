#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::tz::TimeZone;

use super::lines;
use crate::console::readers::Readers;
use crate::domain::{Language, Via};
use crate::lockdown::Lockdowns;
use crate::policy::explain::Inquiry;
use crate::policy::{SourceFile, load};

const POLICY: &str = "
[commands.ops]
mode = 'guard'
default = 'allow'
opaque = 'allow'
[operator.ann]
[operator.bob]
sources = ['10.0.0.0/8']
[operator.eve]
disabled = true
[asset.x]
address = 'x:22'
logins = ['root', 'web']
[[rule]]
id = 'all'
effect = 'allow'
operators = ['ann', 'eve']
protocols = ['shell', 'exec', 'sftp']
files = ['list', 'download', 'upload', 'change']
commands = ['ops']
max_session = '90m'
[[rule]]
id = 'root'
effect = 'allow'
operators = ['bob']
logins = ['root']
approval = true
forward_to = ['127.0.0.1:80']
protocols = ['scp', 'forward']
[[rule]]
id = 'guests'
effect = 'deny'
sources = ['192.0.2.0/24']
";

#[track_caller]
fn shows(inquiry: &Inquiry, want: &str) {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let files = [SourceFile { path: "a.toml".to_owned(), text: POLICY.to_owned() }];
    let policy = load(&files, &zone).unwrap_or_else(|faults| panic!("{faults:?}"));
    let none = Lockdowns::default();
    let found = policy.accesses(inquiry, |request| policy.decide(request, &none)).unwrap();
    assert_eq!(lines(inquiry, &found, &zone, Readers(Language::English)).join("\n"), want.trim());
}

fn inquiry() -> Inquiry {
    Inquiry {
        operator: None,
        asset: None,
        login: None,
        source: None,
        via: Via::Direct,
        protocol: None,
        file: None,
        forward_to: None,
        at: "2026-04-08T12:00:00+08:00".parse().unwrap(),
        denied: false,
    }
}

#[test]
fn who_may_is_a_row_for_each_combination_of_rules() {
    let who = Inquiry { asset: Some("x".to_owned()), ..inquiry() };
    shows(
        &who,
        "
Who may reach x at 2026-04-08 12:00 +08:00, from any source

  OPERATOR  LOGIN     PROTOCOLS                        RULES  CONDITIONS                   SESSION ENDS             FROM
  ann       root web  shell exec sftp(all)             all    commands ops, at most 1h30m  2026-04-08 13:30 +08:00  anywhere but 192.0.2.0/24
  bob       root      scp(list) forward(127.0.0.1:80)  root   approval                     -                        10.0.0.0/8",
    );
}

#[test]
fn what_nobody_may_is_said_with_its_reasons() {
    let what = Inquiry {
        operator: Some("eve".to_owned()),
        source: Some("::ffff:192.0.2.1".parse().unwrap()),
        denied: true,
        ..inquiry()
    };
    shows(
        &what,
        "
What eve may reach at 2026-04-08 12:00 +08:00, from ::ffff:192.0.2.1

  nothing

  ASSET  LOGIN     PROTOCOLS                      DENIED
  x      root web  shell exec sftp(all) scp(all)  operator-disabled",
    );
}
