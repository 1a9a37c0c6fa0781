//! What each wrapper runs, and where that cannot be told.

use crate::command::Place;
use crate::command::read::read;

/// The programs of a line, and `?` where it is opaque.
fn programs(line: &str, place: Place) -> String {
    let reading = read(line, place, None);
    let names = reading.commands.iter().filter_map(|command| command.program.name());
    let opaque = (!reading.opaque.is_empty()).then_some("?");
    names.chain(opaque).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(place: Place, table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (line, wanted) in table {
        let got = programs(line, place);
        if got != *wanted {
            wrong.push(format!("{line}\n    want {wanted}\n    got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn who_runs_it() {
    check(
        Place::Exec,
        &[
            ("sudo a b", "sudo a"),
            ("sudo -u bob -n a", "sudo a"),
            ("sudo -ubob a", "sudo a"),
            ("sudo --user=bob --chdir /x a", "sudo a"),
            ("sudo --us bob a", "sudo a"),
            ("sudo -nu bob X=1 Y=2 a", "sudo a"),
            ("sudo -- a", "sudo a"),
            ("sudo -s a b", "sudo a"),
            ("sudo -i -u bob 'a; b'", "sudo a b"),
            ("sudo -i", "sudo ?"),
            ("sudo -l a", "sudo"),
            ("sudo --unheard-of a b", "sudo a ?"),
            ("sudo -u \"$who\" a", "sudo a"),
            ("sudo -u $who a", "sudo a ?"),
            ("sudo -u$who a", "sudo a ?"),
            ("nice -n$n a", "nice a ?"),
            ("env x=$y a", "env a ?"),
            ("env x=\"$y\" a", "env a"),
            ("x=$y a", "a"),
            ("env 'BASH_FUNC_b%%=() { a; }' b", "env b ?"),
            ("read PATH <<<x", "read ?"),
            ("printf -v PATH x", "printf ?"),
            ("printf PATH=%s \"$PATH\"", "printf"),
            ("for PATH in /tmp; do a; done", "a ?"),
            ("for x in 'a[$(b)]'; do a; done", "a ?"),
            ("x=a[\\$\\(b\\)]", "?"),
            ("x=\"a[\\$(b)]$y\"", "?"),
            ("x=a[$i] y={a,b}", ""),
            ("set -- 'a[$(b)]'", "set ?"),
            ("a ${x:'y[$(b)]'}", "a ?"),
            ("sudo -k a", "sudo a"),
            ("sudo -nl a", "sudo a"),
            ("bash -norc -c a", "bash a"),
            ("bash -noprofile -c a", "bash a"),
            ("bash -n x.sh", "bash"),
            ("bash -n +n -c a", "bash ?"),
            ("bash -n +o noexec x.sh", "bash ?"),
            ("fc -ls x=a", "fc ?"),
            ("fc -l", "fc"),
            ("run-parts -d x", "run-parts ?"),
            ("su $who -c a", "su a ?"),
            ("sh -x$x -c a", "sh ?"),
            ("sh -c a $x", "sh a"),
            ("sudo $opts a", "sudo ?"),
            ("doas -u bob a", "doas a"),
            ("doas -s", "doas ?"),
            ("su -c 'a; b' bob", "su a b"),
            ("su - bob -c a", "su a"),
            ("su bob --command='a b'", "su a"),
            ("su bob", "su ?"),
            ("su bob x.sh", "su ?"),
            ("su bob -- -c a", "su ?"),
            ("su -c \"$x\"", "su ?"),
            ("runuser -u bob a b", "runuser a"),
            ("runuser -u bob -- a", "runuser a"),
            ("runuser -l bob -c a", "runuser a"),
            ("runuser bob", "runuser ?"),
            ("sg wheel -c a", "sg a"),
            ("sg wheel a", "sg a"),
            ("pkexec --user bob a", "pkexec a"),
            ("systemd-run -u x -p A=b --on-active=5 a b", "systemd-run a"),
            ("systemd-run --user -p A=b a", "systemd-run a"),
            ("run0 --user=bob a", "run0 a"),
            ("setpriv --reuid=1 --clear-groups a", "setpriv a"),
            ("sshpass -p x ssh h a", "sshpass ssh a"),
        ],
    );
}

#[test]
fn in_which_surroundings() {
    check(
        Place::Exec,
        &[
            ("env a", "env a"),
            ("env -i -u X A=1 B=2 a", "env a"),
            ("env - A=1 a", "env a"),
            ("env -- A=1 a", "env A=1 a ?"),
            ("sudo =o/a", "sudo a"),
            ("sudo -- b=c/a", "sudo a ?"),
            ("env -S 'a b'", "env a"),
            ("env -S 'a b' c", "env a c ?"),
            ("env PAGER='a x' b", "env a b"),
            ("timeout 5 a", "timeout a"),
            ("timeout -s KILL -k 3 5 a", "timeout a"),
            ("timeout --sig KILL 5 a", "timeout a"),
            ("timeout --kill-after=3 --foreground 5s a", "timeout a"),
            ("nice a", "nice a"),
            ("nice -n 5 a", "nice a"),
            ("nice -5 a", "nice a"),
            ("nice -n5 a", "nice a"),
            ("ionice -c2 -n 7 a", "ionice a"),
            ("ionice -c 3 -p 42", "ionice"),
            ("nohup a &", "nohup a"),
            ("setsid -f a", "setsid a"),
            ("stdbuf -oL a", "stdbuf a"),
            ("stdbuf --output=0 a", "stdbuf a"),
            ("time -p a", "time a"),
            ("\\time -f %e a", "time a"),
            ("taskset -c 0-3 a", "taskset a"),
            ("taskset -p 42", "taskset"),
            ("chrt -f 50 a", "chrt a"),
            ("prlimit --nofile=9 a", "prlimit a"),
            ("strace -f -e trace=x -o f a b", "strace a"),
            ("chroot /x a", "chroot a"),
            ("chroot --userspec=bob /x a", "chroot a"),
            ("chroot /x", "chroot ?"),
            ("nsenter -t 1 -m -u a", "nsenter a"),
            ("nsenter --target 1 --mount", "nsenter ?"),
            ("unshare -r -n a", "unshare a"),
            ("flock /x a b", "flock a"),
            ("flock -w 5 /x -c 'a; b'", "flock a b"),
            ("flock -n 9", "flock"),
            ("watch -n 1 a b", "watch a"),
            ("watch 'a; b'", "watch a b"),
            ("setarch x86_64 a", "setarch a"),
            ("firejail --x a", "firejail a ?"),
            ("busybox a", "busybox a"),
            ("script -c a f", "script a"),
            ("script f", "script ?"),
            ("env sudo nice -n 1 timeout 5 a", "env sudo nice timeout a"),
        ],
    );
}

#[test]
fn for_each_of_many_and_elsewhere() {
    check(
        Place::Exec,
        &[
            ("xargs a", "xargs a"),
            ("xargs -0 -n 1 -P 4 a b", "xargs a"),
            ("xargs -I X a X", "xargs a"),
            ("xargs -I X X a", "xargs ?"),
            ("xargs -i a {}", "xargs a"),
            ("xargs --max-args=1 a", "xargs a"),
            ("xargs", "xargs"),
            ("xargs sh", "xargs sh ?"),
            ("xargs sh -c 'a'", "xargs sh a"),
            ("parallel a ::: 1 2", "parallel a"),
            ("parallel -j 4 'a {} | b' ::: 1", "parallel a b ?"),
            ("find . -exec a {} \\;", "find a"),
            ("find . -exec a {} + -execdir b \\;", "find a b"),
            ("find . -exec nice a + b \\;", "find nice a"),
            ("find . -ok sh -c 'a; b' \\;", "find sh a b"),
            ("find . -exec {} \\;", "find ?"),
            ("find . -exec a $x {} \\;", "find a"),
            ("find . -ex* a {} \\;", "find ?"),
            ("fd x -x a", "fd a"),
            ("fd -Hx a", "fd a ?"),
            ("fd -xa", "fd a ?"),
            ("fd --exec=a", "fd ?"),
            ("fd --exclude x", "fd"),
            ("find . $x a {} \\;", "find ?"),
            ("find . -exe? a \\; -exec b \\;", "find b ?"),
            ("find \"$x\" -name b", "find"),
            ("find . -name \"$x\"", "find"),
            ("find \"$x\" a \\;", "find ?"),
            ("find $x -name b", "find ?"),
            ("find ./\"$x\" ./* -name b", "find"),
            ("find *.log ~ /u01/$x -name '-ex*' -ok* b", "find ?"),
            ("find *.log ~ /u01/\"$x\" -name '-ex*'", "find"),
            ("find /u01/$x -name b", "find ?"),
            ("fd x -x a", "fd a"),
            ("ssh h a b", "ssh a"),
            ("ssh -p 22 -o X=y bob@h 'a; b'", "ssh a b"),
            ("ssh h -p 22 a", "ssh a"),
            ("ssh h", "ssh ?"),
            ("ssh -o ProxyCommand=a h b", "ssh b ?"),
            ("ssh -o 'proxycommand a' h b", "ssh b ?"),
            ("docker exec -it -u bob c a b", "docker a"),
            ("docker -H x exec c a", "docker a"),
            ("docker run --rm -v /:/x --name n i a", "docker a"),
            ("docker run --entrypoint a i b", "docker a b"),
            ("docker run --unheard-of x i a", "docker i ?"),
            ("docker ps", "docker"),
            ("kubectl exec -n x p -c q -- a b", "kubectl a"),
            ("kubectl -n x exec -it p -- a", "kubectl a"),
            ("kubectl get pods", "kubectl"),
        ],
    );
}

#[test]
fn shells_and_their_own() {
    check(
        Place::Exec,
        &[
            ("sh -c 'a; b'", "sh a b"),
            ("sh -c - a", "sh ?"),
            ("bash -c +e a", "bash ?"),
            ("bash -c +O extglob a", "bash ?"),
            ("fish -c a -C 'b; c'", "fish a b c"),
            ("fish x", "fish ?"),
            ("nu -n -c a", "nu ?"),
            ("gdb -batch -ex a", "gdb ?"),
            ("lua -v -e a", "lua ?"),
            ("python3 -V", "python3"),
            ("python3 -V a", "python3 ?"),
            ("bash -lc a", "bash a"),
            ("bash --norc -ec 'a'", "bash a"),
            ("bash -o pipefail -c a", "bash a"),
            ("bash -c -- a", "bash a"),
            ("sh -c \"$x\"", "sh ?"),
            ("sh x.sh", "sh ?"),
            ("sh", "sh ?"),
            ("a | sh", "a sh ?"),
            ("sh <<< 'a; b'", "sh a b"),
            ("bash --rcfile x -c a", "bash a ?"),
            ("bash --unheard-of x", "bash ?"),
            ("command -p a", "command a"),
            ("command -v a", "command"),
            ("exec -a x a", "exec a"),
            ("builtin eval a", "builtin eval a ?"),
            ("eval a b", "eval a ?"),
            (". ./x", ". x ?"),
            ("trap 'a; b' EXIT", "trap a b"),
            ("alias x='a; b'", "alias a b"),
            ("PROMPT_COMMAND=a", "a"),
            ("export PROMPT_COMMAND='a; b'", "export a b"),
            ("export PATH=/x", "export ?"),
            ("export PATH=$PATH:/x", "export"),
            ("PATH=/x a", "a ?"),
            ("LD_PRELOAD=/x a", "a ?"),
            ("LESSOPEN='|x %s' less f", "less ?"),
            ("hash -p /x a", "hash ?"),
            ("mapfile -C a", "mapfile a"),
            ("fc -l", "fc"),
            ("fc -s x", "fc ?"),
        ],
    );
    check(Place::Terminal, &[("sh", "sh"), ("sudo -i", "sudo"), ("su - bob", "su"), ("a | sh", "a sh ?")]);
}

#[test]
fn other_languages() {
    check(
        Place::Exec,
        &[
            ("python3 -c x", "python3 ?"),
            ("python3.11 x.py", "python3.11 ?"),
            ("python3 --version", "python3"),
            ("perl -e x", "perl ?"),
            ("awk '{print $1}' f", "awk"),
            ("awk 'BEGIN{system(\"a\")}'", "awk ?"),
            ("awk '{print | \"a\"}'", "awk ?"),
            ("awk -f x", "awk ?"),
            ("sed s/a/b/ f", "sed"),
            ("sed -n '1,5p' /x/e", "sed"),
            ("sed s/a/b/e f", "sed ?"),
            ("sed -e 1d -e e f", "sed ?"),
            ("sed -f x f", "sed ?"),
            ("sed \"s/$a/b/\" f", "sed ?"),
            ("vim f", "vim"),
            ("vim +10 f", "vim"),
            ("vim -c ':!a' f", "vim ?"),
            ("vim '+:!a' f", "vim ?"),
            ("tar czf x.tgz d", "tar"),
            ("tar xf x --to-command=a", "tar a"),
            ("tar cf x d --checkpoint=1 --checkpoint-action=exec=a", "tar ?"),
            ("tar -I a -cf x d", "tar a"),
            ("git status", "git"),
            ("git -c core.pager=a log", "git ?"),
            ("git -c alias.x='!a' x", "git ?"),
            ("git clone ext::a", "git ?"),
            ("rsync -e 'ssh -p 1' x h:", "rsync ssh ?"),
            ("rsync -a x y", "rsync"),
            ("man -P a b", "man a"),
            ("echo x | at now", "echo at ?"),
            ("at now <<< 'a; b'", "at a b"),
            ("crontab x", "crontab ?"),
            ("crontab -l", "crontab"),
            ("mysql -e 'select 1'", "mysql"),
            ("mysql < x.sql", "mysql ?"),
            ("a | psql", "a psql ?"),
            ("psql -f x", "psql ?"),
            ("psql -c '\\! a'", "psql ?"),
            ("sqlplus @x", "sqlplus ?"),
            ("make SHELL=a", "make ?"),
            ("split --filter=a f", "split a"),
            ("sort --compress-program=a f", "sort a"),
        ],
    );
}

#[test]
fn wrappers_around_wrappers_end() {
    let nested = format!("{}a", "env ".repeat(12));
    assert!(programs(&nested, Place::Exec).ends_with("env a"));
    assert!(programs(&format!("{}a", "env ".repeat(60)), Place::Exec).ends_with('?'));
}

/// A shell that reads its input runs it: whoever gives it that input, and however far around it that stands.
#[test]
fn what_is_fed_to_a_shell_is_read_or_opaque() {
    check(
        Place::Terminal,
        &[
            ("sh", "sh"),
            ("ssh host", "ssh"),
            ("{ sh; }", "sh"),
            ("exec >log", "exec"),
            ("exec 3<x", "exec"),
            ("mysql", "mysql"),
            ("at now <<E\na\nE\n", "at a"),
            ("at -q b now + 5 minutes <<'E'\na\nE\nb", "at a b"),
            ("ssh host <<E\na\nE\n", "ssh a"),
            ("ssh host sh <<E\na\nE\n", "ssh sh a"),
            ("su - bob <<E\na\nE\n", "su a"),
            ("sudo -i <<E\na\nE\n", "sudo a"),
            ("sudo -s <<< a", "sudo a"),
            ("chroot /x <<E\na\nE\n", "chroot a"),
            ("nsenter -t 1 -m <<< a", "nsenter a"),
            ("{ sh; } <<E\na\nE\n", "sh a"),
            ("while read l; do sh; done <<E\na\nE\n", "read sh a"),
            ("(sh) <<< a", "sh a"),
            ("sh -c sh <<< a", "sh sh a"),
            ("sh -c 'ssh host' <<E\na\nE\n", "sh ssh a"),
            ("sh <<E\nsh\nE\n", "sh sh ?"),
            ("{ sh; } <x", "sh ?"),
            ("if a; then sh; fi <x", "a sh ?"),
            ("a | { sh; }", "a sh ?"),
            ("a | sh -c sh", "a sh sh ?"),
            ("a | if b; then ssh host; fi", "a b ssh ?"),
            ("a | echo $(sh)", "a sh echo ?"),
            ("a > >(sh)", "sh a ?"),
            ("a | tee >(sh)", "a sh tee ?"),
            ("f() { sh; }", "sh ?"),
            ("alias x=sh", "alias sh ?"),
            ("exec <x", "exec ?"),
            ("exec 3<x; sh <&3", "exec sh ?"),
            ("sh 0<x", "sh ?"),
            ("sh 3<x", "sh"),
            ("{ mysql; } <x", "mysql ?"),
            ("a | (mysql)", "a mysql ?"),
        ],
    );
    let nested = (0..100).rev().fold(String::from("a"), |body, n| format!("sh <<E{n}\n{body}\nE{n}\n"));
    assert!(programs(&nested, Place::Terminal).ends_with('?'));
}
