//! Keys at which a shell runs a part of the line before there is an Enter.

use super::shell::{Kind, Shell};

/// None of these lines is judged before its Enter, and none is sent one but the last.
fn nothing_runs(kind: Kind, keys: &[&str]) {
    let shell = Shell::start(kind);
    for key in keys {
        shell.type_in(key);
        shell.type_in("<c-c>");
        shell.terminal.expect("guarded> ");
    }
    shell.type_in("good last<enter>");
    shell.runs("good|last");
    shell.ran_only(&["good|last"]);
}

#[test]
fn a_completion_of_zsh_runs_nothing() {
    let keys = [
        "echo $(evil one)<tab>",
        "ls $(evil two)/<tab>",
        "ls ~$(evil three)<tab>",
        "ls ${x:-$(evil four)}/<tab>",
        "ls `evil five`<tab>",
        "echo $(evil six)<c-x>*",
        "echo $(evil seven)<c-x>g",
    ];
    nothing_runs(Kind::Zsh, &keys);
}

#[test]
fn an_expansion_of_bash_runs_nothing() {
    nothing_runs(
        Kind::Bash,
        &["$(evil one)<esc><c-e>", "echo `evil two`<esc><c-e>", "echo $(evil three)<tab><tab>"],
    );
}
