//! What of a command line is written down. A line may hold a password; the recording shows what was on the
//! screen anyway, but a log is searched, exported and mailed.
//!
//! Masked are the usual places for a secret, and only where it stands there as such: what a shell would still
//! expand or run (`$(…)`, a variable) is no secret but a command, and stays.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands where a secret stood.
const MASK: &str = "***";

/// One word that means itself: bare or quoted, without anything that a shell expands.
const WORD: &str = r#"(?P<secret>'[^']+'|"[^"$`\\]+"|[^\s'"$`\\;|&<>()]+)"#;

/// Each finds its secrets as `secret`; what is before and after them stays.
const PLACES: &[&str] = &[
    // --password=x, --api-key x, -token=x
    r"(?i)(?P<before>(?:^|\s)--?(?:[a-z0-9]+[-_])*(?:password|passwd|passphrase|pass|secret|token|api-?key|access-?key|secret-?key)(?:=|\s+))<WORD>",
    // PGPASSWORD=x, AWS_SECRET_ACCESS_KEY=x
    r"(?P<before>(?:^|[\s;|&(])(?:[A-Z0-9]+_)*(?:[A-Z]*PASSWORD|PASSWD|PASS|MYSQL_PWD|SECRET|TOKEN|API_KEY|ACCESS_KEY|SECRET_KEY)=)<WORD>",
    // mysql -px, mariadb-dump -px: attached only, `-p x` is a database
    r"(?P<before>\b(?:mysql|mariadb)[a-z_-]*\s(?:[^;|&]*\s)?-p)<WORD>",
    // sshpass -p x, sshpass -px
    r"(?P<before>\bsshpass\s(?:[^;|&]*?\s)?-p\s*)<WORD>",
    // redis-cli -a x
    r"(?P<before>\bredis-cli\s(?:[^;|&]*?\s)?-a\s*)<WORD>",
    // ldapsearch -w x
    r"(?P<before>\bldap[a-z]+\s(?:[^;|&]*?\s)?-w\s*)<WORD>",
    // curl -u user:x
    r#"(?P<before>\b(?:curl|wget)\s(?:[^;|&]*?\s)?(?:-u\s*|--user[=\s]|--proxy-user[=\s])['"]?[^\s:'"]+:)(?P<secret>[^\s'"$`;|&<>()]+)"#,
    // smbclient -U user%x
    r#"(?P<before>\b(?:smbclient|rpcclient|net|mount\.cifs)\s(?:[^;|&]*?\s)?-U\s*['"]?[^\s%'"]+%)(?P<secret>[^\s'"$`;|&<>()]+)"#,
    // sqlplus user/x@db
    r#"(?P<before>\b(?:sqlplus|sqlldr|expdp|impdp|rman|exp|imp)\s(?:[^;|&]*?\s)?['"]?[A-Za-z][\w$#]*/)(?P<secret>[^\s@'"$`;|&<>()/]+)"#,
    // scheme://user:x@host
    r#"(?P<before>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'"]*:)(?P<secret>[^\s/@'"$`;|&<>()]+)(?P<after>@)"#,
    // Authorization: Bearer x
    r#"(?i)(?P<before>\bauthorization:\s*(?:bearer|basic|token)\s+)(?P<secret>[^\s'"$`]+)"#,
    // IDENTIFIED BY 'x', PASSWORD 'x'
    r#"(?i)(?P<before>\b(?:identified\s+by|password(?:\s*=|\s+for\s+\S+\s*=)?)\s+(?:password\s+)?)(?P<secret>'[^']+'|\\"[^"\\]+\\"|"[^"$`\\]+")"#,
    // echo x | passwd --stdin u, echo u:x | chpasswd
    r#"(?P<before>\b(?:echo|printf)\s+)(?P<secret>[^;|&<>$`]+?)(?P<after>\s*\|\s*(?:sudo\s+)?(?:chpasswd|passwd\s[^;|&]*--stdin))"#,
    // chpasswd <<< u:x
    r#"(?P<before>\bchpasswd\b[^;|&]*<<<\s*)<WORD>"#,
    // openssl … pass:x
    r"(?P<before>\bpass:)<WORD>",
];

static RULES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let rules = PLACES.iter().map(|place| Regex::new(&place.replace("<WORD>", WORD)));
    rules.filter_map(Result::ok).collect() // a test compiles each of them
});

/// The line without the passwords that stand in it openly.
pub fn masked(line: &str) -> String {
    let hide = |found: &Captures<'_>| {
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        format!("{}{MASK}{}", part("before"), part("after"))
    };
    let masked = RULES
        .iter()
        .fold(Cow::Borrowed(line), |line, rule| Cow::Owned(rule.replace_all(&line, hide).into_owned()));
    masked.into_owned()
}

/// Text that somebody else wrote, safe to show: nothing in it moves a cursor or turns the direction.
pub fn plain(text: &str) -> String {
    let unsafe_to_show = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let show = |c: char| match unsafe_to_show(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    text.chars().map(show).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_place_is_a_good_expression() {
        for place in PLACES {
            Regex::new(&place.replace("<WORD>", WORD)).unwrap();
        }
    }

    #[test]
    fn passwords_are_masked_where_they_usually_stand() {
        for (line, written) in [
            ("mysql -u root -psecret db", "mysql -u root -p*** db"),
            ("mysqldump -p'a b' db > x", "mysqldump -p*** db > x"),
            ("mysql --password=secret; ls", "mysql --password=***; ls"),
            ("tool --db-password secret -v", "tool --db-password *** -v"),
            ("vault login -token=s.abc", "vault login -token=***"),
            ("PGPASSWORD=secret psql", "PGPASSWORD=*** psql"),
            ("export AWS_SECRET_ACCESS_KEY=\"abc\"", "export AWS_SECRET_ACCESS_KEY=***"),
            ("cd /x && MYSQL_PWD=s mysql", "cd /x && MYSQL_PWD=*** mysql"),
            ("sshpass -p secret ssh box", "sshpass -p *** ssh box"),
            ("redis-cli -h db -a secret ping", "redis-cli -h db -a *** ping"),
            ("curl -u me:secret https://x", "curl -u me:*** https://x"),
            ("git clone https://me:tok@host/x.git", "git clone https://me:***@host/x.git"),
            ("sqlplus sys/secret@orcl as sysdba", "sqlplus sys/***@orcl as sysdba"),
            ("curl -H 'Authorization: Bearer abc.def' x", "curl -H 'Authorization: Bearer ***' x"),
            ("mysql -e \"CREATE USER u IDENTIFIED BY 'pw'\"", "mysql -e \"CREATE USER u IDENTIFIED BY ***\""),
            ("echo 'root:pw' | chpasswd", "echo *** | chpasswd"),
            ("echo pw | sudo passwd --stdin root", "echo *** | sudo passwd --stdin root"),
            ("openssl rsa -passin pass:secret -in k", "openssl rsa -passin pass:*** -in k"),
        ] {
            assert_eq!(masked(line), written);
        }
    }

    /// Masking must not be a way to hide what a command does.
    #[test]
    fn what_a_shell_would_run_or_expand_is_never_masked() {
        for line in [
            "tool --password=$(rm -rf /)",
            "tool --password=`reboot`",
            "tool --password=\"$(reboot)\"",
            "tool --password=$PW",
            "PGPASSWORD=$(reboot) psql",
            "mysql -p$(reboot)",
            "echo $(reboot) | chpasswd",
            "mysql -p mydb",
            "mkdir -p /a/b",
            "passwd root",
            "rm -rf /",
            "ls --pass-through x",
            "echo password",
        ] {
            assert_eq!(masked(line), line);
        }
        let line = masked("tool --password=a;rm -rf / --token=b|reboot");
        assert_eq!(line, "tool --password=***;rm -rf / --token=***|reboot");
    }

    #[test]
    fn nothing_shown_moves_a_cursor() {
        assert_eq!(plain("rm\x1b[2J\r\u{202e}x\u{9b}文"), "rm\\u{1b}[2J\\r\\u{202e}x\\u{9b}文");
    }
}
