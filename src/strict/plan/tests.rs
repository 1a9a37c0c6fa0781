use super::*;

#[test]
fn what_is_understood_is_written_the_same_way_always() {
    let cases = [
        ("ls", "ls"),
        ("  ls\t-l   /tmp  ", "ls -l /tmp"),
        ("l's' \"-l\" '/a b'", "ls -l '/a b'"),
        (r"\ls a\ b \$x", r"ls 'a b' '$x'"),
        (r#"echo "a\"b\\c\$d\e""#, r#"echo 'a"b\c$d\e'"#),
        ("echo ''", "echo ''"),
        ("echo 'it'\\''s'", r"echo 'it'\''s'"),
        ("ls *.log a?b [a-c]x [!0-9]*", "ls *.log a?b [a-c]x [!0-9]*"),
        ("ls '*'x*", "ls '*x'*"),
        ("a|b|c", "a | b | c"),
        ("a;b&&c||d;", "a; b && c || d"),
        ("echo a=b x~ a!b a#b", "echo a=b 'x~' 'a!b' 'a#b'"),
        ("grep 中文 /数据/*", "grep 中文 /数据/*"),
        ("find /tmp -name '*.log' -exec rm '{}' ';'", "find /tmp -name '*.log' -exec rm '{}' ';'"),
        ("/usr/bin/ls", "/usr/bin/ls"),
        ("env ls a=b.c=d", "env ls a=b.c=d"),
        ("grep -r env --include=x A=b", "grep -r env --include=x A=b"),
        ("sudo -u x ls", "sudo -u x ls"),
        ("sudo dd if=x of=y", "sudo dd if=x of=y"),
    ];
    for (line, text) in cases {
        let read = plan(line).unwrap_or_else(|refused| panic!("{line}: {refused:?}"));
        assert_eq!(read.to_string(), text, "{line}");
        assert_eq!(plan(text).as_ref(), Ok(&read), "what is judged reads the same");
    }
}

#[test]
fn all_else_is_refused_with_its_place() {
    use RefusalReason::*;
    let cases = [
        ("", Missing, 1),
        ("   ", Missing, 4),
        ("| ls", Missing, 1),
        ("ls |", Missing, 5),
        ("ls && ", Missing, 7),
        ("ls ;; ls", Missing, 5),
        ("''", Missing, 1),
        ("-l", Missing, 1),
        ("ls &", Background, 4),
        ("ls |& cat", Background, 5),
        ("ls & rm x", Background, 4),
        ("ls $HOME", Expansion, 4),
        ("ls \"$HOME\"", Expansion, 5),
        ("ls `id`", Expansion, 4),
        ("ls \"`id`\"", Expansion, 5),
        ("ls $(id)", Expansion, 4),
        ("ls {a,b}", Expansion, 4),
        ("ls ~", Expansion, 4),
        ("ls > x", Redirection, 4),
        ("ls 2>x", Redirection, 5),
        ("cat <(id)", Redirection, 5),
        ("(ls)", Group, 1),
        ("f() ls", Group, 2),
        ("! ls", Mark, 1),
        ("ls # x", Mark, 4),
        ("ls [", Set, 4),
        ("ls [[:alpha:]]", Set, 4),
        ("ls []", Set, 4),
        ("ls [!]", Set, 4),
        ("ls [a/b]", Set, 4),
        ("l* x", Program, 1),
        ("a | /bin/?s", Program, 5),
        ("ls -*", Option, 4),
        ("grep --include=*.c x", Option, 6),
        ("/tmp/ls x", Place, 1),
        ("./ls", Place, 1),
        ("ls | /usr/bin/../../tmp/ls", Place, 6),
        ("/bin/", Place, 1),
        ("A=b ls", Assignment, 1),
        ("'A=b' ls", Assignment, 1),
        ("env LD_PRELOAD=/tmp/x ls", Assignment, 5),
        ("env -i ls", Assignment, 5),
        ("env -u PAGER ls", Assignment, 5),
        ("sudo -u x PAGER=sh git log", Assignment, 11),
        ("timeout 5 /usr/bin/env A=b ls", Assignment, 24),
        ("ls | xargs env - ls", Assignment, 16),
        ("if true", ShellWord, 1),
        ("ls; 'eval' x", ShellWord, 5),
        ("ls; cd /", Alone, 5),
        ("ls 'a", Unclosed, 4),
        ("ls \"a", Unclosed, 4),
        ("ls a\\", Unclosed, 5),
        ("ls a\nrm b", Character, 5),
        ("ls 'a\nb'", Character, 6),
        ("ls a\0", Character, 5),
        ("ls \u{1b}[A", Character, 4),
        ("ls \u{9b}A", Character, 4),
        ("ls \u{202e}a", Character, 4),
        ("ls\u{3000}a", Character, 3),
        ("ls\u{a0}a", Character, 3),
        ("ls a\rb", Character, 5),
    ];
    for (line, reason, at) in cases {
        let refused = plan(line).unwrap_err();
        assert_eq!((refused.reason, refused.at), (reason, at), "{line:?} {refused:?}");
    }
    let long = format!("ls {}", "a".repeat(MAX_LINE));
    assert_eq!(plan(&long).unwrap_err().reason, Long);
}

/// Whatever bytes were typed, nothing worse than a refusal comes of them.
mod hostile {
    use proptest::prelude::*;

    use crate::strict::{plan, read};
    use crate::terminal::editor::is_typeable;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = read(&text);
            if let Ok(plan_of_it) = plan(&text) {
                prop_assert!(text.chars().all(|c| c == '\t' || is_typeable(c)));
                prop_assert_eq!(plan(&plan_of_it.to_string()), Ok(plan_of_it));
            }
        }

        /// What an editor lets through, among the grammar's own signs.
        #[test]
        fn a_typed_line_is_read_or_refused(typed in "[ -~]{0,80}") {
            let _ = read(&typed);
        }
    }
}
