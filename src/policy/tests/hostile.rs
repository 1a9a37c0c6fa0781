//! No text makes loading or deciding panic.

use proptest::prelude::*;

use super::super::batch::decide_line;
use super::*;
use crate::lockdown::Lockdowns;

fn load_quietly(text: String) {
    if let Err(faults) = load(&[SourceFile { path: "p.toml".to_owned(), text }], &TimeZone::UTC) {
        for fault in faults {
            assert!(fault.line > 0 && fault.column > 0 && !fault.to_string().is_empty());
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
    fn no_toml_makes_load_panic(text in r#"(\[{1,2}(operator|rule|schedule|asset|commands)(\.[a-z王"]{0,3})?\]{1,2}\n|(valid|open|timezone|id|address|groups) ?= ?["']?[-0-9a-zA-Z:., \[\]"'\\{}=]{0,24}["']?\n){0,12}"#) {
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

    #[test]
    fn no_line_makes_deciding_panic(at in any::<i64>(), line in ".{0,80}") {
        let policy = loaded_text("[operator.a]");
        decide_line(&policy, &Lockdowns::default(), &line);
        decide_line(&policy, &Lockdowns::default(), &format!(r#"{{"operator":"a","at":"{at}"}}"#));
    }
}
