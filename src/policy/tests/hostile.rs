//! No text makes loading or deciding panic.

use proptest::prelude::*;

use super::super::batch::decide_line;
use super::*;
use crate::lockdown::Lockdowns;

fn load_quietly(text: String) {
    match load(&[SourceFile { path: "p.toml".to_owned(), text }], &TimeZone::UTC) {
        Ok(policy) => {
            for failure in policy.failing_tests() {
                assert!(failure.fault.line > 0 && !failure.to_string().is_empty());
            }
        }
        Err(faults) => {
            for fault in faults {
                assert!(fault.line > 0 && fault.column > 0 && !fault.to_string().is_empty());
            }
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

    /// A good set of files with a piece cut out and another put in.
    #[test]
    fn no_damage_makes_load_panic(which in 0_usize..6, from in 0_usize..2000, length in 0_usize..40, put in ".{0,6}") {
        let mut files = table_files();
        let text = &mut files[which].text;
        let from = text.floor_char_boundary(from);
        let to = text.floor_char_boundary(from + length);
        text.replace_range(from..to, &put);
        let _ = load(&files, &TimeZone::UTC).map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>());
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
