//! Dialogues at prompts, and what is kept of them.

use proptest::prelude::*;

use super::*;

/// Plays a dialogue, `<` typed and `>` shown, and returns what was recorded of the typed.
fn recorded(dialogue: &[(char, &str)]) -> String {
    let mut gate = EchoGate::default();
    let mut free = Vec::new();
    for &(way, text) in dialogue {
        free.extend(if way == '<' { gate.typed(text.as_bytes()) } else { gate.shown(text.as_bytes()) });
    }
    free.extend(gate.drain());
    String::from_utf8_lossy(&free).into_owned()
}

#[test]
fn a_shell_line_is_recorded_as_it_is_echoed() {
    let mut gate = EchoGate::default();
    gate.shown(b"\x1b[1m$ \x1b[0m");
    assert_eq!(gate.typed(b"l"), b"");
    assert_eq!(gate.shown(b"l"), b"l");
    assert_eq!(gate.typed(b"s"), b"");
    assert_eq!(gate.shown(b"s"), b"s");
    assert_eq!(gate.typed(b"\r"), b"\r");
    assert_eq!(gate.shown(b"\r\na b\r\n$ "), b"");
    assert_eq!(gate.typed(b"\x1b[A"), b"\x1b[A");
}

#[test]
fn a_slow_line_is_recorded_though_the_echo_lags() {
    assert_eq!(
        recorded(&[('>', "$ "), ('<', "l"), ('<', "s -"), ('>', "l"), ('<', "l"), ('>', "s"), ('>', " -l")]),
        "ls -l"
    );
    assert_eq!(recorded(&[('>', "$ "), ('<', "ls\r"), ('>', "ls\r\nx\r\n$ ")]), "ls\r");
}

#[test]
fn a_password_leaves_only_its_enter() {
    let prompt = "[sudo] password for zhou: ";
    assert_eq!(recorded(&[('>', prompt), ('<', "hunter2\r"), ('>', "\r\nroot\r\n")]), "\r");
    assert_eq!(recorded(&[('>', prompt), ('<', "hunter2"), ('<', "\r"), ('>', "\r\nhunter2 x\r\n$ ")]), "\r");
    let wrong = [('<', "wrong\r"), ('>', "\r\nSorry, wrong.\r\n"), ('>', prompt)];
    assert_eq!(
        recorded(&[&[('>', prompt)], &wrong[..], &[('<', "root\r"), ('>', "\r\nroot@db1:~# ")]].concat()),
        "\r\r"
    );
    assert_eq!(recorded(&[('>', prompt), ('<', "hunter2\x03"), ('>', "\r\n$ ")]), "\x03");
    assert_eq!(recorded(&[('>', prompt), ('<', "hunter2")]), "");
}

#[test]
fn other_output_does_not_confirm_a_password() {
    let mut dialogue = vec![('>', "Password: ")];
    for key in ["s", "e", "c", "r", "e", "t"] {
        dialogue.extend([('<', key), ('>', "\r\nthe secret service rests, here: secret\r\n")]);
    }
    dialogue.extend([('<', "\r"), ('>', "\r\n$ ")]);
    assert_eq!(recorded(&dialogue), "\r");
}

#[test]
fn the_line_after_a_password_is_recorded_again() {
    assert_eq!(
        recorded(&[
            ('>', "$ "),
            ('<', "su\r"),
            ('>', "su\r\nPassword: "),
            ('<', "root\r"),
            ('>', "\r\n"),
            ('>', "# "),
            ('<', "id"),
            ('>', "id"),
            ('<', "\r"),
            ('>', "\r\nuid=0(root)\r\n# "),
        ]),
        "su\r\rid\r"
    );
}

#[test]
fn a_silent_read_without_prompt_or_line_end_is_left_behind() {
    // As bash does it for `read -s x`.
    let mut dialogue =
        vec![('>', "$ "), ('<', "read -s x\r"), ('>', "read -s x\r\n"), ('<', "hunter2\r"), ('>', "$ ")];
    for key in ["i", "d"] {
        dialogue.extend([('<', key), ('>', key)]);
    }
    dialogue.push(('<', "\r"));
    assert_eq!(recorded(&dialogue), "read -s x\r\rid\r");
}

#[test]
fn pasted_lines_are_recorded_where_they_are_echoed() {
    let kernel = [('>', "$ "), ('<', "id\rls\r"), ('>', "id\r\nls\r\nuid=0\r\n$ x\r\n$ ")];
    assert_eq!(recorded(&kernel), "id\rls\r");
    let shell =
        [('>', "$ "), ('<', "id\rls\r"), ('>', "id\r\n"), ('>', "uid=0\r\n$ "), ('>', "ls\r\nx\r\n$ ")];
    assert_eq!(recorded(&shell), "id\rls\r");
    let secret = [('>', "$ "), ('<', "su\rhunter2\rid\r"), ('>', "su\r\nPassword: "), ('>', "\r\n# id\r\n")];
    assert_eq!(recorded(&secret), "su\r\rid\r");
    let greeted =
        [('>', "$ "), ('<', "su\rhunter2\r"), ('>', "su\r\n"), ('>', "hello, password: "), ('>', "\r\n# ")];
    assert_eq!(recorded(&greeted), "su\r\r");
}

#[test]
fn lines_sent_before_the_first_prompt_are_recorded() {
    let early = [('<', "id\nexit\n"), ('>', "Welcome\r\n"), ('>', "$ id\r\nuid=0\r\n$ exit\r\nlogout\r\n")];
    assert_eq!(recorded(&early), "id\nexit\n");
}

#[test]
fn bracketed_paste_keeps_its_marks() {
    assert_eq!(
        recorded(&[
            ('>', "$ "),
            ('<', "\x1b[200~ls -l\x1b[201~"),
            ('>', "\x1b[7mls -l\x1b[27m"),
            ('<', "\r")
        ]),
        "\x1b[200~ls -l\x1b[201~\r"
    );
}

#[test]
fn an_insertion_in_the_middle_is_recorded() {
    assert_eq!(
        recorded(&[
            ('>', "$ "),
            ('<', "lx"),
            ('>', "lx"),
            ('<', "\x1b[D"),
            ('>', "\x08"),
            ('<', "s"),
            ('>', "sx\x08"),
            ('<', " "),
            ('>', " x\x08"),
        ]),
        "lx\x1b[Ds "
    );
}

#[test]
fn a_line_repainted_with_colours_is_recorded() {
    assert_eq!(
        recorded(&[
            ('>', "\r\x1b[0m\x1b[27m\x1b[24m\x1b[Jhost% \x1b[K\x1b[?2004h"),
            ('<', "l"),
            ('>', "\x1b[4ml\x1b[24m"),
            ('<', "s"),
            ('>', "\x08\x1b[32ml\x1b[32ms\x1b[39m\x1b[90m -la\x1b[39m\x1b[4D"),
            ('<', "\t"),
            ('<', "-"),
            ('>', "\r\x1b[Jhost% \x1b[32mls\x1b[39m-"),
        ]),
        "ls\t-"
    );
}

#[test]
fn chinese_is_recorded_also_when_packets_split_it() {
    let mut gate = EchoGate::default();
    gate.shown("王# ".as_bytes());
    let (text, mut free) = ("居庸关".as_bytes(), Vec::new());
    for byte in text {
        free.extend(gate.typed(&[*byte]));
    }
    for byte in text {
        free.extend(gate.shown(&[*byte]));
    }
    assert_eq!(free, text);
}

#[test]
fn what_waits_is_bounded() {
    let mut gate = EchoGate::default();
    gate.shown(b"Password: ");
    for _ in 0..100 {
        assert_eq!(gate.typed(&[b'x'; 4096]), b"");
    }
    assert!(gate.pending <= MAX_PENDING);
    assert_eq!(gate.typed(b"\r"), b"\r");
    assert_eq!(gate.shown(b"\r\n"), b"");
    assert_eq!((gate.pending, gate.lines.len()), (0, 0));
}

proptest! {
    /// Without a printable character shown there is no echo, so no printable key may come out; and
    /// nothing ever comes out that was not typed.
    #[test]
    fn silence_confirms_nothing(typed in "[a-z0-9]{0,12}[\r\x03\x1b]{0,2}[a-z]{0,5}", quiet in "[\r\n\x07\x08]{0,9}") {
        let mut gate = EchoGate::default();
        gate.shown(b"Password: ");
        let mut free = gate.typed(typed.as_bytes());
        free.extend(gate.shown(quiet.as_bytes()));
        free.extend(gate.drain());
        let meta = typed.contains('\x1b');
        prop_assert!(meta || free.iter().all(u8::is_ascii_control), "{free:?}");
    }

    #[test]
    fn any_bytes_are_survived_and_only_typed_ones_come_out(
        packets in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..40)), 0..20)
    ) {
        let (mut gate, mut free, mut typed) = (EchoGate::default(), Vec::new(), Vec::new());
        for (keys, bytes) in packets {
            if keys {
                typed.extend_from_slice(&bytes);
                free.extend(gate.typed(&bytes));
            } else {
                free.extend(gate.shown(&bytes));
            }
        }
        free.extend(gate.drain());
        let mut rest = typed.iter();
        prop_assert!(free.iter().all(|byte| rest.any(|key| key == byte)), "in the order they were typed");
    }
}
