//! Faulty files, and what is said of each fault.

use super::*;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

fn faults(files: &[SourceFile]) -> Vec<Diagnostic> {
    load(files, &shanghai()).err().unwrap_or_default()
}

/// The first line of each diagnostic of a file, without its path.
fn first_lines(text: &str) -> Vec<String> {
    let first = |fault: &Diagnostic| fault.to_string().lines().next().unwrap().to_owned();
    faults(&[file("p", text)]).iter().map(|fault| first(fault).trim_start_matches("p:").to_owned()).collect()
}

#[test]
fn every_fault_is_told_where_it_stands() {
    for (text, expected) in CASES {
        assert_eq!(first_lines(text), *expected, "{text}");
    }
}

/// newcomer: `dual` in a policy file. The hint said to give the lockdown a name.
#[test]
fn a_key_of_the_configuration_is_sent_there() {
    for (text, hint) in [
        ("[lockdown]\ndual = ['start']", "[lockdown] with `dual` belongs into juyong.toml"),
        ("[lockdown]\nmay = 5", "begin each lockdown with its name: [lockdown.NAME]"),
    ] {
        assert_eq!(faults(&[file("p", text)])[0].hint.as_deref(), Some(hint));
    }
}

#[test]
fn a_name_is_defined_once_in_all_files() {
    let files = [
        file("a.toml", "[operator.x]\n[schedule.x]\nopen = ['daily 08:00-09:00']"),
        file("b.toml", "\n[operator.x]\n[network.x]\nranges = ['::1']"),
    ];
    let found = faults(&files);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "b.toml:2:11: operator \"x\" is defined twice; first at a.toml:1:11\n  [operator.x]\n            ^"
    );
}

#[test]
fn all_faults_of_all_files_come_at_once_and_in_order() {
    let files = [
        file("a.toml", "[operator.x]\nschedule = 'day'\nrole = 'auditor'"),
        file(
            "b.toml",
            "[schedule.days]\nopen = ['Mon 8-9']\n[[rule]]\nid = 'r'\neffect = 'allow'\nassets = ['y']",
        ),
    ];
    let places: Vec<_> = faults(&files).iter().map(|f| format!("{}:{}", f.path, f.line)).collect();
    assert_eq!(places, ["a.toml:2", "a.toml:3", "b.toml:2", "b.toml:6"]);
}

#[test]
fn what_a_broken_file_may_hold_is_not_missed() {
    let files = [
        file("a.toml", "[operator.x]\ngroups = ["),
        file("b.toml", "[[rule]]\nid = 'r'\neffect = 'allow'\noperators = ['@dba']"),
    ];
    let places: Vec<_> = faults(&files).iter().map(|f| f.path.clone()).collect();
    assert_eq!(places, ["a.toml"]);
}

#[test]
fn a_diagnostic_shows_line_caret_and_hint() {
    let text =
        "[operator.x]\nname = '王芳'\ngroups = ['dba']\n[operator.y]\naudit = { operators = ['@dbas'] } # 王";
    let found = faults(&[file("ops.toml", text)]);
    assert_eq!(
        found[0].to_string(),
        "ops.toml:5:24: \"@dbas\" is not a group of any operator\n\
         \u{20} audit = { operators = ['@dbas'] } # 王\n\
         \u{20}                        ^^^^^^^\n\
         \u{20} hint: did you mean \"@dba\"?"
    );
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(json["line"], 5);
    assert_eq!(json["hint"], "did you mean \"@dba\"?");
    assert_eq!((&json["column"], &json["end"]), (&24.into(), &31.into()));
}

#[rustfmt::skip]
const CASES: &[(&str, &[&str])] = &[
    (
        "[operator",
        &[
            "1:10: unclosed table, expected `]`",
        ],
    ),
    (
        "[operator.a]\nname = 'x\n[asset.b]\nlogins = [\n",
        &[
            "2:10: invalid literal string, expected `'`",
            "4:11: unclosed array, expected `]`",
        ],
    ),
    (
        "operator = 5",
        &[
            "1:12: `operator` must be a table, not a value of type integer",
        ],
    ),
    (
        "[operator]\na = 5",
        &[
            r#"2:1: "a" belongs to no operator"#,
        ],
    ),
    (
        "[lockdown]\nmay = 5",
        &[
            r#"2:1: "may" belongs to no lockdown"#,
        ],
    ),
    (
        "[operators.a]",
        &[
            r#"1:2: unknown table "operators""#,
        ],
    ),
    (
        "[[operator]]",
        &[
            "1:1: `operator` must be a table, not a value of type array",
        ],
    ),
    (
        "[rule]\nid = 'x'",
        &[
            "1:1: `rule` must be a list of tables, not a value of type table",
        ],
    ),
    (
        "[operator.a]\n[operator.a]\nvalid = 'x'\n[asset.b]\n[operator.'a']\nname = 'x'\n[[rule]]\noperators = ['nobody']",
        &[
            r#"2:11: operator "a" is defined twice; first at p:1:11"#,
            r#"3:9: "x" is not a span of days"#,
            "4:8: `address` is missing",
            "4:8: `logins` is missing",
            r#"5:11: "'a'" stands here a second time"#,
            "7:1: `id` is missing",
            "7:1: `effect` is missing",
            r#"8:14: "nobody" is not an operator"#,
        ],
    ),
    (
        "[operator.a]\nname = 'x'\nname = 'y'",
        &[
            r#"3:1: "name" stands here a second time"#,
        ],
    ),
    (
        "[operator.'a b']\n[operator.all]",
        &[
            r#"1:11: "a b" is not a valid operator name: only letters, digits, '_', '.' and '-' may stand in it"#,
            r#"2:11: no operator can be called "all": a lockdown's scope `all` means everyone"#,
        ],
    ),
    (
        "[operator.a]\ngroup = ['x']\nNAME = 'x'",
        &[
            r#"2:1: unknown key "group""#,
            r#"3:1: unknown key "NAME""#,
        ],
    ),
    (
        "[operator.a]\nname = 5\ndisabled = 'yes'\ngroups = 'dba'\nsources = [5]",
        &[
            "2:8: `name` must be a string, not a value of type integer",
            "3:12: `disabled` must be true or false, not a value of type string",
            "4:10: `groups` must be a list of strings, not a value of type string",
            "5:12: `sources` must be a list of strings, not a value of type integer",
        ],
    ),
    (
        "[operator.a]\ngroups = []\nsources = []\nroles = []\nfactors = []",
        &[
            "2:10: `groups` is an empty list",
            "3:11: `sources` is an empty list",
            "4:9: `roles` is an empty list",
            "5:11: `factors` is an empty list",
        ],
    ),
    (
        "[operator.a]\nroles = ['auditor', 'operator']\n[operator.b]\nroles = ['audit']",
        &[
            "2:9: an account has one role only",
            r#"4:10: "audit" is not a role: one of system, security, auditor, operator"#,
        ],
    ),
    (
        "[operator.a]\nvalid = '2026-04-08'\n[operator.b]\nvalid = '2026-05-01..2026-04-01'\n[operator.c]\nvalid = '2026-02-29..'",
        &[
            r#"2:9: "2026-04-08" is not a span of days"#,
            r#"4:9: "2026-05-01..2026-04-01" ends before it begins"#,
            r#"6:9: there is no 2026-02-29 in the calendar"#,
        ],
    ),
    (
        "[operator.a]\nfactors = ['publickey', 'pasword+totp']",
        &[
            r#"2:12: "publickey" is not a pair of factors: one of publickey+totp, password+totp, sk-verified, sk-verified+totp, publickey+gm-otp, password+gm-otp, sk-verified+gm-otp"#,
            r#"2:25: "pasword+totp" is not a pair of factors: one of publickey+totp, password+totp, sk-verified, sk-verified+totp, publickey+gm-otp, password+gm-otp, sk-verified+gm-otp"#,
        ],
    ),
    (
        "[operator.a]\nsources = ['@ofice', '10.0.0.1/24', '10.0.0.0/33', 'office']\n[network.office]\nranges = ['10.0.0.0/8']",
        &[
            r#"2:12: "@ofice" is not a network"#,
            r#"2:22: "10.0.0.1/24" has bits set beyond its prefix"#,
            r#"2:37: "10.0.0.0/33" is neither an address nor a CIDR range"#,
            r#"2:52: "office" is neither an address nor a CIDR range"#,
        ],
    ),
    (
        "[network.a]\n[network.b]\nranges = []\n[network.c]\nranges = ['@b']",
        &[
            "1:10: `ranges` is missing",
            "3:10: `ranges` is an empty list",
            r#"5:11: "@b" is neither an address nor a CIDR range"#,
        ],
    ),
    (
        "[operator.a]\naudit = { asset = ['x'], operators = ['b'] }",
        &[
            r#"2:11: unknown key "asset""#,
            r#"2:39: "b" is not an operator"#,
        ],
    ),
    (
        "[asset.a]",
        &[
            "1:8: `address` is missing",
            "1:8: `logins` is missing",
        ],
    ),
    (
        "[asset.a]\naddress = '10.0.0.1'\nlogins = []\ndanger = 'severe'\ntrust = 'none'\nhost_keys = ['ssh-rsa AAAA']",
        &[
            "2:11: the port is missing: HOST:PORT, or [IPV6]:PORT",
            "3:10: `logins` is an empty list",
            r#"4:10: "severe" is not a danger: one of low, medium, high, critical"#,
            r#"5:9: "none" is not a kind of trust: one of pinned, first-use"#,
            r#"6:14: "ssh-rsa AAAA" is not an OpenSSH public key"#,
        ],
    ),
    (
        "[asset.a]\naddress = '::1:22'\nlogins = ['a;b']\nschedule = 'nights'",
        &[
            "2:11: the host is neither an IPv4 address, nor an IPv6 address in brackets, nor a DNS name",
            "3:11: \"a;b\" is not a valid login name: none of : / ' ` \" ; & < > | ( ) { } may stand in it",
            r#"4:12: "nights" is not a schedule"#,
        ],
    ),
    (
        "[schedule.a]\n[schedule.b]\nopen = []\ntimezone = 'Asia/Shanghia'",
        &[
            "1:11: `open` is missing",
            "3:8: `open` is an empty list",
            r#"4:12: "Asia/Shanghia" is not a timezone"#,
        ],
    ),
    (
        "[schedule.a]\nopen = ['mon 08:00-09:00', 'daily 8:00-9:00', 'daily 08:00-08:00', 'daily', 'Mon Tue 08:00-09:00']",
        &[
            r#"2:9: "mon" is not a day: one of Mon, Tue, Wed, Thu, Fri, Sat, Sun, daily"#,
            r#"2:28: "8:00-9:00" are not hours"#,
            r#"2:47: "08:00-08:00" begins and ends at the same time"#,
            r#"2:68: "daily" is not days and hours"#,
            r#"2:77: "Mon Tue 08:00-09:00" is not days and hours"#,
        ],
    ),
    (
        "[schedule.a]\nopen = ['daily 08:00-09:00']\nclosed = ['2026-5-1', '2026-05-05..2026-05-01']\nextra = ['Mon 08:00-09:00']",
        &[
            r#"3:11: "2026-5-1" is not a date"#,
            r#"3:23: "2026-05-05..2026-05-01" ends before it begins"#,
            r#"4:10: "Mon" is not a date"#,
        ],
    ),
    (
        "[[rule]]",
        &[
            "1:1: `id` is missing",
            "1:1: `effect` is missing",
        ],
    ),
    (
        "[[rule]]\nid = 'a'\neffect = 'permit'\n[[rule]]\nid = 'a'\neffect = 'deny'",
        &[
            r#"3:10: "permit" is not an effect: one of allow, deny"#,
            r#"5:6: rule "a" is defined twice; first at p:2:6"#,
        ],
    ),
    (
        "[operator.a]\ngroups = ['dba']\nvendor = 'acme'\n[[rule]]\nid = 'r'\neffect = 'allow'\noperators = ['b', '@dbas', 'vendor:acne', 'vendor:', '@']",
        &[
            r#"7:14: "b" is not an operator"#,
            r#"7:19: "@dbas" is not a group of any operator"#,
            r#"7:28: "vendor:acne" is not a vendor of any operator"#,
            r#"7:43: "" is not a valid vendor name: it is empty"#,
            r#"7:54: "" is not a valid group name: it is empty"#,
        ],
    ),
    (
        "[asset.web1]\naddress = 'w:22'\nlogins = ['deploy']\ngroups = ['web']\n[[rule]]\nid = 'r'\neffect = 'allow'\nassets = ['web2', '@wbe']\nlogins = ['deplyo']",
        &[
            r#"8:11: "web2" is not an asset"#,
            r#"8:19: "@wbe" is not a group of any asset"#,
            r#"9:11: "deplyo" is a login of no asset"#,
        ],
    ),
    (
        "[[rule]]\nid = 'r'\neffect = 'allow'\nprotocols = ['ssh', 'shel']\nvia = ['vpn']\nfiles = ['read']\nmax_danger = 'High'",
        &[
            r#"4:14: "ssh" is not a protocol: one of shell, exec, sftp, scp, forward"#,
            r#"4:21: "shel" is not a protocol: one of shell, exec, sftp, scp, forward"#,
            r#"5:8: "vpn" is not a way in: one of direct, tunnel, tls"#,
            r#"6:10: "read" is not a kind of file access: one of list, download, upload, change"#,
            r#"7:14: "High" is not a danger: one of low, medium, high, critical"#,
        ],
    ),
    (
        "[[rule]]\nid = 'r'\neffect = 'allow'\nmax_session = '4'\nidle = '0s'\nforward_to = ['localhost']\nschedule = 'x'\ncommands = ['dba']",
        &[
            r#"4:15: "4" is not a duration"#,
            r#"5:8: "0s" is not a duration"#,
            "6:15: the port is missing: HOST:PORT, or [IPV6]:PORT",
            r#"7:12: "x" is not a schedule"#,
            r#"8:13: "dba" is not a command set"#,
        ],
    ),
    (
        "[[rule]]\nid = 'r'\neffect = 'deny'\napproval = true\nmax_session = '1h'",
        &[
            "4:12: `approval` means nothing in a rule that denies",
            "5:15: `max_session` means nothing in a rule that denies",
        ],
    ),
    (
        "[commands.a]\nmode = 'guard'\ndefault = 'allow'\nopaque = 'deny'\n[[commands.a.repl]]\nprompts = ['$ ', 'mysql> ']\n[[commands.a.repl]]\nprogram = '/bin/x'\nprompts = []\nmroe = ['-> ']",
        &[
            "5:1: `program` is missing",
            r#"6:12: "$ " is not a prompt: a shell's may look like it"#,
            r#"8:11: "/bin/x" is not a program's name"#,
            "9:11: `prompts` is an empty list",
            r#"10:1: unknown key "mroe""#,
        ],
    ),
    (
        "[commands.a]\n[commands.b]\nmode = 'gaurd'\ndefault = 'ask'\nopaque = 'deny'",
        &[
            "1:11: `mode` is missing",
            "1:11: `default` is missing",
            "1:11: `opaque` is missing",
            r#"3:8: "gaurd" is not a mode: one of audit, guard, strict"#,
            r#"4:11: "ask" is not a verdict: one of allow, warn, approve, deny"#,
        ],
    ),
    (
        "[commands.a]\nmode = 'guard'\ndefault = 'allow'\nopaque = 'deny'\n[[commands.a.entry]]\nprograms = ['x', '']\n[[commands.a.entry]]\neffect = 'deny'\n[[commands.a.entry]]\neffect = 'deny'\nflags = ['-r']",
        &[
            "5:1: `effect` is missing",
            "6:18: an empty text matches nothing",
            "7:1: this entry matches every command",
            r#"11:10: "-r" is not a flag"#,
        ],
    ),
    (
        "[[danger]]\n[[danger]]\nlevel = 'high'\nprograms = []",
        &[
            "1:1: `level` is missing",
            "1:1: `programs` is missing",
            "4:12: `programs` is an empty list",
        ],
    ),
    (
        "[operator.a]\nname = \"\\q\"\n",
        &[
            r#"2:10: in "…" a backslash begins an escape"#,
        ],
    ),
    (
        "[operator.a]\nname = 'x' # \u{1b}[31m\n",
        &[
            "2:14: invalid comment character, expected printable characters",
        ],
    ),
];
