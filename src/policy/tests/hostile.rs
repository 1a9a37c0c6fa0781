//! No text makes loading or deciding panic.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::batch::decide_line;
use super::*;
use crate::lockdown::Lockdowns;

/// The mark lies in the line, and nothing in what is shown steers a terminal.
fn assert_shown(fault: &Diagnostic) {
    let length = fault.source_line.chars().count();
    assert!(
        fault.line > 0 && (1..=length + 1).contains(&fault.column) && fault.end > fault.column,
        "{fault:?}"
    );
    assert!(!fault.message.is_empty());
    let shown = fault.to_string();
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
}

#[derive(Debug, Clone)]
struct Damage {
    file: usize,
    from: usize,
    length: usize,
    put: Vec<u8>,
}

/// What an editor, a paste or a slip of the hand puts there.
const PUT: [&str; 24] = [
    "",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "[",
    "]]",
    "{",
    "=",
    "#",
    ",",
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "，",
    "“",
    "：",
    "王",
    "99999999999999999999",
    "..",
];

fn damage() -> impl Strategy<Value = Damage> {
    let put = prop_oneof![
        select(&PUT[..]).prop_map(|put| put.as_bytes().to_vec()),
        vec(any::<u8>(), 1..4),
        ".{1,6}".prop_map(String::into_bytes),
    ];
    (0_usize..6, 0_usize..4000, 0_usize..40, put).prop_map(|(file, from, length, put)| Damage {
        file,
        from,
        length,
        put,
    })
}

fn load_quietly(text: String) {
    match load(&[SourceFile { path: "p.toml".to_owned(), text }], &TimeZone::UTC) {
        Ok(policy) => {
            for failure in policy.failing_tests() {
                assert!(failure.fault.line > 0 && !failure.to_string().is_empty());
            }
        }
        Err(faults) => {
            faults.iter().for_each(assert_shown);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_load_panic(text in any::<String>()) {
        load_quietly(text);
    }

    #[test]
    fn no_toml_makes_load_panic(text in r#"(\[{1,2}(operator|rule|test|schedule|asset|commands)(\.[a-z王"]{0,3})?\]{1,2}\n|(valid|open|timezone|id|address|groups|at|expect|operator) ?= ?["']?[-0-9a-zA-Z:., \[\]"'\\{}=]{0,24}["']?\n){0,12}"#) {
        load_quietly(text);
    }

    /// A good set of files, damaged in several places. What still loads can be asked.
    #[test]
    fn no_damage_makes_load_panic(damages in vec(damage(), 1..8)) {
        let mut files = example_files();
        for Damage { file, from, length, put } in damages {
            let mut bytes = std::mem::take(&mut files[file].text).into_bytes();
            let from = from.min(bytes.len());
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, put);
            files[file].text = String::from_utf8_lossy(&bytes).into_owned();
        }
        let damaged = files.iter().any(|file| file.text.contains('\u{fffd}'));
        match load(&files, &TimeZone::UTC) {
            Ok(policy) => {
                assert!(!damaged, "what is not UTF-8 was read");
                policy.lints(Timestamp::UNIX_EPOCH);
            }
            Err(faults) => faults.iter().for_each(assert_shown),
        }
    }

    #[test]
    fn no_value_makes_a_field_panic(field in "(valid|schedule|sources|roles|factors)", value in ".{0,40}") {
        load_quietly(format!("[operator.a]\n{field} = {value:?}\n[schedule.b]\nopen = [{value:?}]\nclosed = [{value:?}]"));
    }

    /// Tests that hold or fail, and tests that cannot be read.
    #[test]
    fn no_test_makes_load_panic(
        at in r"(-?[0-9]{1,6}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?|2026-05-06 09:00)",
        source in "([0-9a-f.:/]{0,20}|10\\.0\\.0\\.1|::1)",
        key in "(expect|reason|rules|approval|commands|max_session|idle|until|via|file|forward_to|name)",
        value in r#"("[a-z0-9 :.-]{0,12}"|\[\]|\["r"\]|true|[0-9]{1,9}|"none")"#,
    ) {
        load_quietly(format!(
            "[operator.a]\n[asset.b]\naddress = 'h:1'\nlogins = ['c']\n[[rule]]\nid = 'r'\neffect = 'allow'\n\
             [[test]]\noperator = 'a'\nasset = 'b'\nlogin = 'c'\nprotocol = 'shell'\nsource = {source:?}\n\
             at = {at:?}\nexpect = 'allow'\n{key} = {value}\n"
        ));
    }

    #[test]
    fn no_line_makes_deciding_panic(at in any::<i64>(), line in ".{0,80}") {
        let policy = loaded_text("[operator.a]");
        decide_line(&policy, &Lockdowns::default(), &line);
        decide_line(&policy, &Lockdowns::default(), &format!(r#"{{"operator":"a","at":"{at}"}}"#));
    }
}
