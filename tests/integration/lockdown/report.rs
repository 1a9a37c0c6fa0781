//! What a lockdown's report says.

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, script, within};

/// A lockdown with everything in it: a cut, refusals, an exempt session, a permit and its session, a code.
fn eventful(gateway: &Gateway) -> String {
    let [first, second, third] = ["op1", "op2", "op3"].map(|name| gateway.operator(name));
    let code = field(&gateway.records(&["lockdown", "codes", "--operator", "op3"])[0], "code").to_owned();
    let running = Running::start(gateway.ssh(&first, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    let words = ["lockdown", "start", "--reason", "重保", "--order", "N-5", "--except", "op2"];
    let id = field(&gateway.records(&words)[0], "lockdown").to_owned();
    running.wait(PATIENCE).refused("N-5");
    gateway.exec(&first, "+box", "true").refused("N-5");
    gateway.exec(&second, "+box", "true").ok();
    let answers = format!("{}\n{code}", third.next_code());
    let login = gateway.login_with(&third, &third.password, &answers);
    Running::run(login.ssh("+box").arg("true"), b"", PATIENCE).ok();
    gateway.juyong(&["lockdown", "allow", &id, "op1", "--asset", "box", "--ticket", "=T-8"]).ok();
    gateway.exec(&first, "+box", "true").ok();
    within(PATIENCE, "the sessions have ended", || {
        gateway.sessions().iter().all(|session| !session["ended"].is_null()).then_some(())
    });
    id
}

fn count(report: &Value, list: &str) -> usize {
    report[list].as_array().unwrap_or_else(|| panic!("no {list}: {report}")).len()
}

#[test]
fn a_report_tells_what_happened() {
    let gateway = Gateway::usual();
    let id = eventful(&gateway);
    let report = gateway.records(&["lockdown", "report", &id]).remove(0);
    assert_eq!((field(&report, "lockdown"), field(&report, "state")), (id.as_str(), "in-force"));
    assert_eq!((count(&report, "covered"), count(&report, "exempt")), (5, 1), "{report}");
    assert_eq!(count(&report, "cuts"), 1, "{report}");
    let cut = &report["cuts"][0];
    assert_eq!((field(cut, "operator"), field(cut, "asset")), ("op1", "box"), "{cut}");
    assert!(cut["after_ms"].as_i64().unwrap() >= 0, "{cut}");
    assert_eq!(count(&report, "refusals"), 1, "{report}");
    assert_eq!(field(&report["exempt_sessions"][0], "operator"), "op2");
    let permits = report["permits"].as_array().unwrap();
    let tickets: Vec<_> = permits.iter().map(|permit| field(permit, "ticket")).collect();
    assert_eq!(tickets, ["break-glass", "=T-8"], "{report}");
    assert!(permits.iter().all(|permit| permit["sessions"].as_array().unwrap().len() == 1), "{report}");
    assert_eq!(field(&report["alarms"][0], "what"), "break-glass");
    assert_eq!(count(&report, "sessions"), 4, "{report}");
    let sessions = report["sessions"].as_array().unwrap();
    assert!(sessions.iter().all(|row| !field(&row["recordings"][0], "sha256").is_empty()), "{report}");
    assert_eq!(report["days"][0]["quiet"], false);
    let rows = gateway.events();
    let head = rows.iter().find(|row| row["seq"] == report["journal"]["seq"]).expect("a row of the journal");
    assert_eq!(field(head, "hash"), field(&report["journal"], "hash"));
}

#[test]
fn a_report_is_text_and_a_table_too() {
    let gateway = Setup::new().language("zh-CN").start();
    let id = {
        let words = ["lockdown", "start", "--reason", "重保, 一", "--order", "N-5", "--except", "op2"];
        field(&gateway.records(&words)[0], "lockdown").to_owned()
    };
    gateway.juyong(&["lockdown", "allow", &id, "op1", "--ticket", "=T-8"]).ok();
    let table = gateway.juyong(&["lockdown", "report", &id, "--format", "csv"]).ok().text();
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("kind,at,until,operator,source,asset,session,after_ms,detail,"));
    let told = format!("\"{id} N-5: 重保, 一\",{id},N-5,\"重保, 一\",local:");
    assert!(lines[1].starts_with("lockdown,") && lines[1].contains(&told), "{table}");
    assert!(lines[1].ends_with(",,all,op2,,,,"), "{table}");
    let begins = |text: &str| lines.iter().any(|line| line.starts_with(text));
    assert!(begins("exempt,,,,,,,,op2,") && begins("covered,,,,,,,,op1,"), "{table}");
    assert!(begins("journal,,,,,,,,row "), "people 4: the row that it rests on: {table}");
    let columns = |line: &&str| line.split(',').count();
    assert!(lines.iter().filter(|line| !line.contains('"')).map(columns).all(|count| count == 20), "{table}");
    assert!(lines.iter().any(|line| line.starts_with("permit,") && line.contains("ticket =T-8")), "{table}");

    let text = gateway.juyong(&["lockdown", "report", &id]).ok().text();
    assert!(text.contains("受管控账号：5") && text.contains("重保, 一") && text.contains("许可 1"), "{text}");
}

/// people 4: what the text says of an order that was lifted, of a permit's sessions and of recordings is in the table.
#[test]
fn the_table_has_what_the_text_has() {
    let gateway = Gateway::usual();
    let id = eventful(&gateway);
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "all clear"]).ok();
    let report = gateway.records(&["lockdown", "report", &id]).remove(0);
    let table = gateway.juyong(&["lockdown", "report", &id, "--format", "csv"]).ok().text();
    let rows = |kind: &str| table.lines().filter(|line| line.starts_with(&format!("{kind},"))).count();
    assert_eq!((rows("lifted"), rows("permit-session"), rows("exempt-session")), (1, 2, 1), "{table}");
    assert_eq!(rows("session") + rows("exempt-session"), count(&report, "sessions"), "{table}");
    assert!(table.contains("all clear"), "{table}");
    for session in report["sessions"].as_array().unwrap() {
        let recording = &session["recordings"][0];
        let told = format!(
            ",{},{},{}",
            field(recording, "recording"),
            recording["bytes"],
            field(recording, "sha256")
        );
        assert!(table.contains(&told), "{told}: {table}");
    }
}

/// people 7: a recording that was closed before an order began, of a session that went on, has its digest in the report.
#[test]
fn a_recording_that_was_closed_before_the_order_has_its_digest() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    master.exec("echo before").ok();
    let digest = |rows: &[Value]| {
        let mut sessions =
            rows.iter().flat_map(|session| session["recordings"].as_array().into_iter().flatten());
        sessions.find_map(Value::as_str).map(str::to_owned)
    };
    let closed = within(PATIENCE, "the first recording is closed", || {
        let rows = gateway.events();
        let row = rows.iter().find(|row| field(row, "event") == "recording-closed")?;
        Some((field(row, "recording").to_owned(), field(&row["file"], "sha256").to_owned()))
    });
    assert_eq!(digest(&gateway.sessions()).as_deref(), Some(closed.0.as_str()), "it is the session's");
    let order = gateway.records(&["lockdown", "start", "--reason", "drill", "--except", "op1"]).remove(0);
    master.exec("echo within").ok();
    let report = gateway.records(&["lockdown", "report", field(&order, "lockdown")]).remove(0);
    let recordings = report["sessions"][0]["recordings"].as_array().unwrap();
    let found = recordings.iter().find(|recording| field(recording, "recording") == closed.0);
    assert_eq!(found.map(|recording| field(recording, "sha256")), Some(closed.1.as_str()), "{report}");
}

/// people 4: of a period that is planned there is no report yet, and that is said.
#[test]
fn a_planned_period_has_no_report_yet() {
    let period =
        "[lockdown.far]\nfrom = 2099-10-01\nuntil = 2099-10-07\nscope = \"all\"\nreason = \"later\"\n";
    let gateway = Setup::new().policy(period).start();
    let out = gateway.juyong(&["lockdown", "report", "far"]);
    out.refused("lockdown far is planned, and begins at 2099-10-01 00:00:00 +08:00");
    gateway.juyong(&["lockdown", "report", "farther"]).refused("was ever in force");
}

/// people 4: an order is named by its number on paper; two of one number are told apart. The answer says since when.
#[test]
fn an_order_is_named_by_its_number() {
    let gateway = Gateway::usual();
    let start = |number: &str| {
        let words = ["lockdown", "start", "--reason", "drill", "--order", number, "--scope", "op1"];
        gateway.juyong(&words).ok().text()
    };
    let told = start("N-7");
    assert!(told.contains(" holds since 20") && told.contains(" +08:00: 1 account covered"), "{told}");
    gateway.juyong(&["lockdown", "report", "N-7"]).ok();
    gateway.juyong(&["lockdown", "allow", "N-7", "op1", "--ticket", "T-1"]).ok();
    start("N-7");
    gateway.juyong(&["lockdown", "lift", "N-7", "--reason", "over"]).refused("several");
    start("N-8");
    gateway.juyong(&["lockdown", "lift", "N-8", "--reason", "over"]).ok();
}

#[test]
fn a_quiet_day_is_told_and_so_is_who_lifted() {
    let gateway = Gateway::usual();
    let id = field(&gateway.records(&["lockdown", "start", "--reason", "drill"])[0], "lockdown").to_owned();
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "all clear"]).ok();
    let text = gateway.exec(&gateway.operator("officer"), "", &format!("lockdown report {id}")).ok().text();
    assert!(text.contains("nothing happened") && text.contains("Lifted by local:"), "{text}");
    assert!(text.contains("all clear") && text.contains("Sessions cut: 0"), "{text}");
    let report = gateway.records(&["lockdown", "report", &id]).remove(0);
    assert_eq!(field(&report, "state"), "lifted");
    assert_eq!((count(&report, "days"), &report["days"][0]["quiet"]), (1, &Value::Bool(true)));
    gateway.exec(&gateway.operator("op1"), "", &format!("lockdown report {id}")).refused("not for your role");
}

/// What `ssh-keygen` says of a signed report, with nothing but the gateway's public host key.
fn verified(gateway: &Gateway, body: &str, signature: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("signers"), format!("gateway {}", gateway.host_key())).unwrap();
    std::fs::write(dir.path().join("signature"), signature).unwrap();
    let mut verify = std::process::Command::new("ssh-keygen");
    verify.current_dir(dir.path()).args(["-Y", "verify", "-f", "signers", "-I", "gateway"]);
    verify.args(["-n", "juyong-lockdown-report", "-s", "signature"]);
    Running::run(&mut verify, body.as_bytes(), PATIENCE).code() == 0
}

#[test]
fn a_signed_report_is_verified_with_stock_tools() {
    let gateway = Gateway::usual();
    let started = gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    let id = field(&started, "lockdown");
    for format in ["text", "csv"] {
        let report = gateway.juyong(&["lockdown", "report", id, "--format", format, "--signed"]).ok().text();
        let at = report.find("-----BEGIN SSH SIGNATURE-----").expect("a signature");
        let (body, signature) = report.split_at(at);
        assert!(verified(&gateway, body, signature), "{report}");
        assert!(!verified(&gateway, &body.replace("drill", "thrill"), signature), "{report}");
    }
    let report = gateway.juyong(&["lockdown", "report", id, "--json", "--signed"]).ok().text();
    let (body, signature) = report.split_once('\n').expect("two lines");
    let signature: Value = serde_json::from_str(signature).unwrap();
    assert!(verified(&gateway, &format!("{body}\n"), field(&signature, "signature")), "{report}");
}

/// What somebody writes into the tables of orders and permits is not reported: the chained rows are.
#[test]
fn a_report_takes_its_words_from_the_journal() {
    let gateway = Gateway::usual();
    let first = gateway.operator("op1");
    let running = Running::start(gateway.ssh(&first, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    let words = ["lockdown", "start", "--reason", "the true reason", "--order", "N-5"];
    let id = field(&gateway.records(&words)[0], "lockdown").to_owned();
    running.wait(PATIENCE).refused("N-5");
    gateway.juyong(&["lockdown", "allow", &id, "op1", "--ticket", "T-8"]).ok();
    let before = gateway.records(&["lockdown", "report", &id]).remove(0);
    let mut sql = script("sql.py");
    sql.arg(gateway.path("data/juyong.db")).args([
        "UPDATE lockdown SET wording = replace(wording, 'the true reason', 'forged'), confirmed_by = 'forged'",
        "UPDATE lockdown_permit SET ticket = 'forged', given_by = 'forged'",
    ]);
    Running::run(&mut sql, b"", PATIENCE).ok();
    let after = gateway.records(&["lockdown", "report", &id]).remove(0);
    assert!(!after.to_string().contains("forged"), "{after}");
    for what in ["reason", "scope", "started_by", "confirmed_by", "permits", "cuts"] {
        assert_eq!(after[what], before[what], "{what}");
    }
    assert_eq!((field(&after, "reason"), field(&after["permits"][0], "ticket")), ("the true reason", "T-8"));
}
