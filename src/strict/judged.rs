//! What the judge is given: the words of a plan, and the places that they mean.
//!
//! A set may say what must not be touched by its path, and a path can be written in many ways. Where commands
//! run is known here, so a word that is no option is also given as the path that it would be, behind the others;
//! one that goes through `..` is given as nothing else. Links on the asset are not seen.

use std::fmt::Write as _;

use super::directory::Directory;
use super::plan::{Command, Plan};
use super::quote;
use super::word::Word;

/// A plan as text for the judge; `None`: nobody knows where a login begins.
pub fn judged(plan: &Plan, directory: Option<&Directory>) -> String {
    plan.write(|command| written(command, directory))
}

/// What a person agrees to who does not see where it runs.
pub fn meant(plan: &Plan, directory: Option<&Directory>) -> String {
    match directory {
        Some(directory) => format!("cd {} && {plan}", quote::where_needed(directory.as_str())),
        None => plan.to_string(),
    }
}

fn written(command: &Command, directory: Option<&Directory>) -> String {
    let mut text = quote::where_needed(&command.program);
    let mut places = Vec::new();
    for word in &command.arguments {
        match directory.and_then(|directory| word.place(directory.as_str())) {
            Some(place) if word.climbs() => push(&mut text, &place),
            place => {
                push(&mut text, word);
                places.extend(place.filter(|place| place != word));
            }
        }
    }
    places.iter().for_each(|place| push(&mut text, place));
    text
}

fn push(text: &mut String, word: &Word) {
    let _ = write!(text, " {word}"); // a String takes everything
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::plan;
    use super::*;

    #[test]
    fn paths_are_given_as_what_they_mean() {
        let directory = Directory::parse("/u01/data").unwrap();
        let cases = [
            ("rm -r x", "rm -r x /u01/data/x"),
            ("rm ./x//y/.", "rm ./x//y/. /u01/data/x/y"),
            ("rm ../x", "rm /u01/x"),
            ("cat /var/log/../../etc/shadow", "cat /etc/shadow"),
            ("cat /../../..", "cat /"),
            ("cat ..", "cat /u01"),
            ("rm *.log", "rm *.log /u01/data/*.log"),
            ("rm ../*", "rm /u01/*"),
            ("rm ..*/x a..b", "rm ..*/x a..b /u01/data/..*/x /u01/data/a..b"),
            ("rm */../x", "rm */../x /u01/data/*/../x"),
            ("rm '../a b'", "rm '/u01/a b'"),
            ("ls /tmp --color=x ''", "ls /tmp --color=x ''"),
            ("cat a | grep b; ls", "cat a /u01/data/a | grep b /u01/data/b; ls"),
        ];
        for (line, text) in cases {
            let read = plan(line).unwrap();
            assert_eq!(judged(&read, Some(&directory)), text, "{line}");
            assert_eq!(judged(&read, None), read.to_string());
        }
    }
}
