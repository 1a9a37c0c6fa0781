//! The command of an exec request under a strict set: quoted anew, or refused.

use super::*;

#[test]
fn what_is_understood_runs_as_it_was_meant() {
    let strict = Strict::start();
    let connection = strict.gateway.master(&strict.operator, "+box");
    let directory = strict.directory();
    let at = directory.display();
    let out = connection.exec(&format!("touch '{at}/a b' && ls -1 {at}/* | wc -l")).ok();
    assert_eq!(out.text().trim(), "1");
    assert!(directory.join("a b").exists());
    assert_eq!(connection.exec("printf '%s,' 'a;b' \"c d\" \\\\").ok().text(), "a;b,c d,\\,");
    assert_eq!(connection.exec("false").code(), 1);
    assert!(connection.exec("env").ok().text().lines().any(|line| line == "PAGER=cat"));
}

#[test]
fn what_is_not_understood_or_not_allowed_is_not_sent() {
    let strict = Strict::start();
    let connection = strict.gateway.master(&strict.operator, "+box");
    let directory = strict.directory();
    let mark = directory.join("MARK").display().to_string();
    let cases = [
        (format!("echo $(touch {mark})"), "nothing is put in the place of $"),
        (format!("echo x > {mark}"), "files are not written"),
        (format!("ls & touch {mark}"), "nothing runs in the background"),
        (format!("ls\ntouch {mark}"), "U+000A cannot stand in a line"),
        (format!("cd {} && touch MARK", directory.display()), "cd stands alone"),
        (format!("sh -c 'touch {mark}'"), "is not run"),
        (format!("PATH=/tmp touch {mark}"), "nothing is assigned"),
        ("/tmp/ls".to_owned(), "without its place"),
    ];
    for (line, why) in cases {
        let outcome = connection.exec(&line);
        assert_eq!(outcome.code(), 255, "{line}");
        assert!(outcome.errors().contains(why), "{line}: {outcome}");
        assert!(!directory.join("MARK").exists(), "{line}");
    }
}
