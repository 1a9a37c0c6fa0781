#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde::Deserialize;

use super::super::{Place, runs};
use super::{MASK, masked, masked_told};

#[derive(Deserialize)]
struct Row {
    line: String,
    /// None: the line stays as it is.
    shown: Option<String>,
}

/// attack 1, attack 24: what is hidden, and what never is.
#[test]
fn the_table_of_what_is_hidden_and_what_stays() {
    let table = include_str!("../../../tests/data/mask.jsonl");
    let mut wrong = Vec::new();
    for row in table.lines().map(|row| serde_json::from_str::<Row>(row).unwrap()) {
        let (shown, wanted) = (masked(&row.line).text, row.shown.unwrap_or(row.line.clone()));
        if shown != wanted {
            wrong.push(format!("{}\n  is    {shown}\n  wants {wanted}", row.line));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_password_in_a_line_that_is_not_read_in_full_leaves_it_not_whole() {
    assert!(masked("mysql -psecret").is_whole);
    assert!(masked("eval x; ls").is_whole, "nothing is hidden");
    assert!(!masked("mysql -psecret; eval x").is_whole);
    assert!(!masked("mysql --password=secret (").is_whole);
}

/// Where `sudo` asks for nothing, what it runs reads what was meant for it.
#[test]
fn what_another_program_may_read_is_not_granted_unseen() {
    for line in [
        "echo pw | sudo -S systemctl restart x",
        "sudo -S tee f <<< abc",
        "echo pw | su -c 'tee f'",
        "chpasswd <<EOF\na:b\nc:d\nEOF",
        "printf 'a:b\\nc:d\\n' | chpasswd",
        "echo pw | gpg --passphrase-fd 3 --import",
        "echo pw | tool --password-stdin",
    ] {
        let shown = masked(line);
        assert!(!shown.is_whole && shown.text != line, "{line}: {shown:?}");
    }
    assert!(masked("echo 'rm -rf /' | sudo -S parallel").is_whole, "it is shown");
    assert!(masked("echo root:pw | sudo -S chpasswd").is_whole, "either reads a password");
}

#[test]
fn what_a_program_is_told_is_no_shells() {
    let told = masked_told("ALTER USER u IDENTIFIED BY 'p w$;x'; select count(*) from t");
    assert_eq!(told.text, "ALTER USER u IDENTIFIED BY '***'; select count(*) from t");
    assert_eq!(masked_told("grant all on x to y").text, "grant all on x to y");
}

/// Pieces of lines, with all that could lead a mask astray.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "mysql",
        " -p",
        "secret",
        " --password",
        "=",
        " ",
        "\n",
        ";",
        "|",
        "&&",
        "'",
        "\"",
        "\\",
        "echo ",
        "chpasswd",
        "sudo -S ",
        "rm -rf /",
        "reboot",
        "$(",
        ")",
        "`",
        "$x",
        "$_",
        "sh -c ",
        "curl -u a:",
        "PGPASSWORD=",
        "{a,b}",
        "docker login -p ",
        "openssl -k ",
        " <<EOF\n",
        "EOF\n",
        " <<< ",
        "eval ",
        "net user a ",
        "Authorization: Bearer ",
        "IDENTIFIED BY ",
        "://u:",
        "@h",
        "(",
        "#",
        "for i in 1; do ",
        "; done",
        "env ",
        "A_TOKEN=",
        "htpasswd -b f u ",
        ">f",
        "touch HIDDEN",
        "pass:",
        "\\\n",
        "xargs ",
        "tee f",
        "<<<",
        ",exec",
        "@/etc/f",
        "find . -exec ",
        " \\;",
        "!",
        "{",
        "}",
        "文",
    ]);
    proptest::collection::vec(piece, 1..14).prop_map(|pieces| pieces.concat())
}

/// Whether `shown` is `line` with some stretches written as something with a mask in it.
fn is_line_with_masks(line: &str, shown: &str) -> bool {
    let mut rest = line;
    for (index, part) in shown.split(MASK).enumerate() {
        match rest.find(part) {
            Some(at) if index > 0 || at == 0 => rest = rest.get(at + part.len()..).unwrap_or_default(),
            _ => return false,
        }
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// attack 1: whoever reads a masked line reads all programs of the line, in as many lines.
    #[test]
    fn no_mask_hides_a_program_or_a_line(line in line()) {
        let shown = masked(&line).text;
        let names = |line: &str| {
            let read = runs(line, Place::Exec);
            let names: Vec<_> = read.commands.into_iter().map(|words| words.into_iter().next()).collect();
            (names, read.opaque)
        };
        prop_assert_eq!(names(&line), names(&shown.replace(MASK, "xxx")), "{:?}", shown);
        prop_assert_eq!(line.matches('\n').count(), shown.matches('\n').count(), "{:?}", shown);
        // Words with quotes in their middle are written anew; the others stay to the letter.
        if !line.contains(['\\', '\'', '"']) {
            prop_assert!(is_line_with_masks(&line, &shown), "{:?}", shown);
        }
    }
}
