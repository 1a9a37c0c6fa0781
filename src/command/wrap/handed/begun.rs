//! attack: abbreviated options, bundles of letters, subcommands, and variables under other names.

use super::super::tests::check;
use crate::command::Place;

/// One case a row: lines that are opaque, whatever they run.
fn opaque(lines: &[&str]) {
    let settled = |line: &&&str| !crate::command::runs(line, Place::Exec).opaque;
    let wrong: Vec<_> = lines.iter().filter(settled).collect();
    assert!(wrong.is_empty(), "not opaque: {wrong:#?}");
}

/// attack: a false alarm is a fault, too.
fn plain(lines: &[&str]) {
    let wrong: Vec<_> = lines.iter().filter(|line| crate::command::runs(line, Place::Exec).opaque).collect();
    assert!(wrong.is_empty(), "opaque: {wrong:#?}");
}

#[test]
fn the_beginning_of_a_long_option_counts_as_the_option() {
    opaque(&[
        "git ls-remote --upload='touch F;' R",
        "git clone --up 'touch F;' R",
        "git grep --op=touch x",
        "git fetch --upload-p touch R",
        "git archive --ex=touch --remote=R x",
        "git rebase --ex 'touch F' HEAD~1",
        "git push --rec=touch R",
        "git clone --config=core.pager=touch R",
        "git clone --conf core.pager=touch R",
        "git clone -c core.pager=touch R",
        "git clone -qc unheard.of=touch R",
        "sdiff --diff-p=touch x y",
        "rg --pr=touch x",
        "hg --conf=alias.x=!touch x",
        "busctl --addr=unixexec:path=touch",
        "pdflatex -shell-e x",
    ]);
    plain(&[
        "cmake --build x",
        "restic backup --files-from x",
        "restic backup --stdin",
        "git push --tags origin main",
        "git log --oneline --color --reverse --cherry",
        "git format-patch --to=x --cc=y HEAD~1",
    ]);
}

#[test]
fn letters_of_options_stand_together() {
    opaque(&[
        "git grep -nOtouch x",
        "git rebase -ix 'touch F' x",
        "git clone -u touch R",
        "git clone -qu touch R",
    ]);
    plain(&[
        "git clean -fdx",
        "git clean -x -n",
        "git cherry-pick -x y",
        "git grep -n -e O x",
        "git clone -b x --depth 1 -q R",
        "git clone -c user.name=x R",
        "git clone --config color.ui=never R",
        "git rebase -i main",
    ]);
}

#[test]
fn a_subcommand_that_git_does_not_list_may_be_anything() {
    opaque(&[
        "git remote-ext o 'touch F'",
        "git merge-index touch -a",
        "git for-each-repo --config=x touch",
        "git difftool -x touch",
        "git mergetool",
        "git bisect run touch",
        "git submodule foreach touch",
        "git filter-branch x",
        "git instaweb",
        "git daemon",
        "git credential-cache x",
        "git remote-https x y",
        "git --config-env=core.pager=X log",
        "git --exec-path=/tmp log",
        "git unheard-of",
        "git -C x unheard-of",
        "git \"$x\"",
        "/usr/lib/git-core/git-merge-index touch -a",
    ]);
    plain(&[
        "git",
        "git --version",
        "git -C x status",
        "git --work-tree y log -p -x",
        "git --no-pager diff HEAD~1 -- x",
        "git remote -v",
        "git submodule update --init",
        "git stash pop",
        "git worktree add x",
        "git switch -c x",
        "git commit -c HEAD",
        "git lfs pull",
    ]);
}

#[test]
fn options_of_time_are_read_as_by_each_shell() {
    check(
        Place::Exec,
        &[
            ("time -p -- a F", "time a"),
            ("! time -p -- a F", "time a"),
            ("time -p -p a", "time a"),
            ("time -- -- a F", "time a"),
            ("time -p { a; }", "time a"),
            ("time -p -f x a", "time a"),
        ],
    );
}

#[test]
fn a_brace_substitutes_a_command() {
    opaque(&[
        "echo ${ touch F; }",
        "echo ${|touch F; }",
        "echo \"${ touch F; }\"",
        "echo ${\ttouch F; }",
        "echo ${\ntouch F; }",
        "echo ${\\\n touch F; }",
        "x=${ touch F; }",
        "cat <<E\n${ touch F; }\nE\n",
    ]);
    plain(&["echo ${x} ${x:-a b} \"${x#* }\" ${#x}"]);
}

#[test]
fn a_text_of_sed_ends_where_sed_ends_it() {
    opaque(&[
        "sed 'i x\\\ny\ne touch F' f",
        "sed -e 'a x\\\ny\ne touch F' f",
        "sed -e 's/a/b\\' -e 'x/e' f",
        "sed 'c\\\nx\ne touch F' f",
    ]);
    plain(&["sed '1i\\\nhello' f", "sed '/x/a y' f", "sed -e '1a x' -e s/a/b/ f", "sed -i '$a key=value' f"]);
}

#[test]
fn other_programs_hand_on_others() {
    opaque(&[
        "sqlite3 :memory: '.sys touch F'",
        "sqlite3 :memory: '.sh touch F'",
        "sqlite3 x <<E\n.she touch F\nE\n",
        "sqlite3 x '.ou |touch F'",
        "systemd-run -p ExecStopPost='/bin/touch F' ls",
        "systemd-run -pExecStopPost=x ls",
        "systemd-run --property=ExecStartPre=x ls",
        "systemd-run --prop ExecStartPre=x ls",
        "systemd-run -E LD_PRELOAD=x ls",
        "ip -all netns exec touch F",
        "ip -a netns exec touch F",
        "coredumpctl debug --debugger=touch",
        "coredumpctl gdb",
        "xargs --process-slot-var=PATH ls",
        "xargs --process-s PATH ls",
        "nano --rcfile=x f",
    ]);
    check(
        Place::Exec,
        &[
            ("tmux -L x -c 'a F'", "tmux a"),
            ("cpio --rsh=a -i", "cpio a"),
            ("gpg-agent --daemon a F", "gpg-agent a"),
            ("gpg-agent --daemon", "gpg-agent"),
            ("nano --speller=a f", "nano a"),
            ("nano --sp=a f", "nano a"),
            ("nano -ls a f", "nano a"),
            ("gpg --photo-viewer a -k", "gpg a"),
            ("gpg --photo=a -k", "gpg a"),
            ("coredumpctl list --debugger=a", "coredumpctl a"),
            ("ag --pag a x", "ag a"),
        ],
    );
    plain(&[
        "sqlite3 x .tables",
        "sqlite3 x .schema",
        "sqlite3 x 'select a.shop from a'",
        "sqlite3 -header x '.mode csv' 'select 1'",
        "gpg --verify x.asc x",
        "gpg -o x -d y",
        "gpg --import x",
        "nano f",
        "nano +3 -l f",
        "ip -br addr",
        "ip -4 route show",
        "ip -n x link",
        "coredumpctl list",
        "ag -i x",
        "systemd-run --scope -p MemoryMax=1G ls",
    ]);
    check(
        Place::Terminal,
        &[("tmux -c 'a F'", "tmux a"), ("tmux -L x ls", "tmux"), ("tmux -2 attach", "tmux")],
    );
}

#[test]
fn a_variable_that_says_what_runs_is_set_otherwise() {
    opaque(&[
        "BASH_CMDS[q]=/usr/bin/touch; q F",
        "BASH_ALIASES[q]='touch F'",
        "BASH_ALIASES=([q]=touch)",
        "read 'BASH_ALIASES[q]' <<<touch",
        "printf -v 'BASH_CMDS[q]' touch",
        "printf -vBASH_CMDS[q] touch",
        "mapfile BASH_ALIASES",
        "declare -n z=PROMPT_COMMAND; z='touch F'",
        "declare -gn z=PATH",
        "typeset -n z=LD_PRELOAD",
        "local -n z=PATH",
        "nameref z=PATH",
        "declare -n z; z=PATH",
        "declare -n z=\"$x\"",
        ": ${PATH:=/tmp}",
        ": ${BASH_ENV=x}",
        ": ${BASH_ALIASES[q]:=touch}",
        ": ${!x:=touch}",
        "wait -p PATH",
        "wait -pPATH",
        "((PATH=1))",
        "echo $((PATH=1))",
        "echo $[PATH=1]",
        "let PATH=1",
        "let PATH++",
        "getopts x PATH",
        "select PATH in a; do b; done",
        "select PATH; do b; done",
        "for PATH; do b; done",
        "read -a PATH",
        "read -raPATH",
        "coproc PATH { a; }",
    ]);
    check(Place::Exec, &[(": ${GIT_PAGER:=a}; export GIT_PAGER", "a : export"), (": ${PAGER:=a -R}", "a :")]);
    plain(&[
        "declare -n z=list",
        "for x; do a; done",
        "echo $((x=1)) ${x:=/tmp} ${PATH:-/bin} ${PATH//:/ } ${#PATH}",
        "let x=1",
        "read -r -a words",
        "wait -n",
    ]);
}
