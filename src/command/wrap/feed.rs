//! What a program reads from its input, or is told at a prompt of its own.

use super::code::text;
use super::handed;
use super::table::{self, Runs};
use crate::command::opaque::Why;
use crate::command::place::Place;
use crate::command::read::Found;
use crate::command::simple::{Input, Simple};
use crate::command::word::Word;

/// A command that runs what it reads: its input is known now.
pub(in crate::command) fn feed(simple: &Simple, found: &mut Found) {
    let Some(wrapper) = table::wrapper_of(simple) else { return };
    if simple.mixed {
        found.opaque(Why::Code);
    }
    match (&simple.input, wrapper.runs) {
        (Input::Inherited, Runs::Client) => {}
        (Input::Here(body), Runs::Client) if !handed::is_opaque(body, wrapper) => {}
        (_, Runs::Client) => found.opaque(Why::Code),
        (Input::Here(body), _) => text(std::slice::from_ref(body), &Input::Elsewhere, found),
        // At a terminal that is what is typed next, and judged.
        (Input::Inherited, runs) if runs != Runs::Fed && found.place == Place::Terminal => {}
        _ => found.opaque(Why::Code),
    }
}

/// Whether one of these, told to the program at a prompt of its own, has it run what is not read.
pub(in crate::command) fn runs_what_it_is_told(program: &str, told: &[String]) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    table::wrapper(name).is_some_and(|wrapper| {
        wrapper.runs != Runs::Client || told.iter().any(|told| handed::is_opaque(&Word::text(told), wrapper))
    })
}
