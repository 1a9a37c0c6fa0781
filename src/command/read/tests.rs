//! What is opaque, beside what is compared with bash.

use super::read;
use crate::command::Place;

fn is_opaque(line: &str) -> bool {
    !read(line, Place::Exec, None).opaque.is_empty()
}

#[test]
fn what_shells_do_not_read_alike_is_opaque() {
    for line in [
        "echo \"`echo \"x\"`\"",
        "coproc x",
        "x {fd}>f",
        "echo $(( \"1\" + 1 ))",
        "echo $((x) )",
        "rm -rf /u01 '",
        "echo ${x@P}",
        "$'\\0' x",
    ] {
        assert!(is_opaque(line), "{line}");
    }
}

#[test]
fn what_is_substituted_in_an_index_is_opaque() {
    for line in [
        "a[$(id)]=1",
        "a[`id`]=1",
        "x='a[$(id)]'; echo $((x))",
        "let 'a[$(id)]'",
        "read 'a[$(id)]'",
        "printf -v 'a[$(id)]' x",
        "[ -v 'a[$(id)]' ]",
    ] {
        assert!(is_opaque(line), "{line}");
    }
}

#[test]
fn what_everybody_types_is_not() {
    for line in [
        "echo $((1 + 2)) $((x * $(nproc)))",
        "a[1]=x; a[i]=y; echo ${a[1]}",
        "for f in *.log; do echo \"$f: $(wc -l < \"$f\")\"; done",
        "ls [a-c]*.txt {a,b}.txt 2>/dev/null",
        "if [ -f \"$x\" ]; then cat \"$x\"; fi",
        "grep '[$(]' f",
        "awk '{print $1}' < f | sort | uniq -c",
        "cat <<E\n$x\nE\n",
    ] {
        assert!(!is_opaque(line), "{line}");
    }
}

#[test]
fn what_a_shell_without_comments_runs_is_read_where_a_person_types() {
    let uncommented = |line, place| {
        let commands = read(line, place, None).uncommented.into_iter();
        commands.filter_map(|command| command.program.name().map(str::to_owned)).collect::<Vec<_>>()
    };
    for line in ["a # ; b", "a\n# | b\n", "a; c # && b"] {
        assert!(uncommented(line, Place::Terminal).contains(&"b".to_owned()), "{line}");
        assert!(uncommented(line, Place::Exec).is_empty(), "{line}");
        assert_eq!(read(line, Place::Terminal, None).commands, read(line, Place::Exec, None).commands);
    }
    for line in ["a b#c", "a '# ; b'", "sh -c 'a # ; b'"] {
        assert!(uncommented(line, Place::Terminal).is_empty(), "{line}");
    }
    assert!(!read("a # don't", Place::Terminal, None).opaque.is_empty());
    assert!(!is_opaque("a # don't"));
}
