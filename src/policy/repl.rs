//! Programs that ask for lines of their own: how their prompts look, and as whose their lines are judged.

use super::fields::Fields;
use super::items::Item;
use super::program::program;
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[[commands.NAME.repl]]`. In a prompt `*` stands for anything without `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repl {
    /// Its lines are judged as what this program is told.
    pub program: String,
    /// A line begins anew there.
    pub prompts: Vec<String>,
    /// A line goes on there.
    pub more: Vec<String>,
}

impl Repl {
    pub(super) fn read<'a>(item: &Item<'a>, faults: &mut Diagnostics<'a>) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &["program", "prompts", "more"], faults);
        fields.require(&["program", "prompts"]);
        let program = fields.text("program").and_then(|text| {
            let read = program(text.text);
            read.map_err(|fault| fields.fault_at(text.span, fault)).ok()
        });
        let (prompts, more) =
            (fields.list("prompts", |text| prompt(text, 2)), fields.list("more", |text| prompt(text, 1)));
        Some(Self { program: program?, prompts: prompts?, more: more.unwrap_or_default() })
    }
}

/// What every prompt looks like is no prompt: the lines of a shell would be judged as something else.
fn prompt(text: &str, signs: usize) -> Result<String, Fault> {
    let told = text.trim_end();
    if told.trim_matches(['*', '?', ' ']).chars().count() < signs {
        let fault = Fault::new(format_args!("{text:?} is not a prompt: a shell's may look like it"));
        return Err(
            fault.hint("write what stands left of the line, such as \"mysql> \"; `*` stands for anything")
        );
    }
    Ok(told.to_owned())
}
