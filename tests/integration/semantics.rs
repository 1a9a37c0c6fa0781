//! The small print of SSH: what a program's end, its two outputs, its input's end and its surroundings
//! look like through the gateway.

use crate::harness::{Gateway, PATIENCE, Running, Terminal};

#[test]
fn a_program_ends_as_it_does_without_a_gateway() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    for code in [0, 1, 42, 127, 255] {
        assert_eq!(master.exec(&format!("exit {code}")).code(), code);
    }
    // OpenSSH's client reports a program that a signal ended as 255; asyncssh shows the signal itself.
    assert_eq!(master.exec("kill -TERM $$").code(), 255);
    assert_eq!(master.exec("no-such-program-here").code(), 127);
}

#[test]
fn output_and_errors_stay_apart() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let out = master.exec("echo out; echo err >&2; echo out2; echo err2 >&2").ok();
    assert_eq!((out.text().as_str(), out.errors().as_str()), ("out\nout2\n", "err\nerr2\n"));
    let many = master.exec("head -c 3000000 /dev/zero; head -c 2000000 /dev/zero >&2; exit 9");
    assert_eq!((many.out.len(), many.err.len(), many.code()), (3_000_000, 2_000_000, 9));
}

#[test]
fn the_end_of_input_is_not_the_end_of_output() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    assert_eq!(master.run("cat; echo done", b"x").ok().text(), "xdone\n");
    assert_eq!(master.run("cat > /dev/null; sleep 1; echo late", b"x").ok().text(), "late\n");
    assert_eq!(master.run("exec 1>&-; cat > /dev/null; echo end >&2", b"x").ok().errors(), "end\n");
    // A program that does not read ends all the same.
    assert_eq!(master.run("exit 4", &vec![0; 4 << 20]).code(), 4);
}

#[test]
fn the_language_goes_along_and_nothing_else() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.env_remove("LC_ALL").env("LANG", "zh_CN.UTF-8").env("LC_TIME", "en_GB.UTF-8").env("SECRET", "x");
    ssh.args(["-o", "SendEnv=LANG LC_* SECRET", "echo \"$LANG|$LC_TIME|$SECRET|\""]);
    assert_eq!(Running::run(&mut ssh, b"", PATIENCE).ok().text(), "zh_CN.UTF-8|en_GB.UTF-8||\n");
}

#[test]
fn a_window_keeps_its_size() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.args(["-t", "stty size; echo TERM=$TERM; read x; stty size; read x; stty size"]);
    let mut terminal = Terminal::start(ssh);
    terminal.expect("24 80");
    terminal.expect("TERM=xterm-256color");
    for (rows, columns, shown) in [(50, 132, "50 132"), (10, 40, "10 40")] {
        terminal.resize(rows, columns);
        // The new size travels by itself; only then comes the question.
        std::thread::sleep(std::time::Duration::from_millis(700));
        terminal.line("");
        terminal.expect(shown);
    }
    assert!(terminal.wait(PATIENCE).success());
    let cast = gateway.cast(&gateway.ended_session());
    assert_eq!((&cast.header["width"], &cast.header["height"]), (&80.into(), &24.into()));
    let sizes: Vec<_> =
        cast.events.iter().filter(|event| event.1 == "r").map(|event| event.2.as_str()).collect();
    assert_eq!(sizes, ["132x50", "40x10"]);
}

#[test]
fn the_interrupt_key_interrupts() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.args(["-t", "trap 'echo inter''rupted; exit 7' INT; echo rea''dy; while :; do sleep 1; done"]);
    let mut terminal = Terminal::start(ssh);
    terminal.expect("ready");
    terminal.send("\x03");
    terminal.expect("interrupted");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(7));
}

#[test]
fn a_client_that_leaves_ends_its_program() {
    let gateway = Gateway::usual();
    let marker = gateway.path("ended");
    let mut running = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").args([
        "-tt",
        &format!("trap 'echo hup > {}; exit' HUP; echo up; while :; do sleep 0.1; done", marker.display()),
    ]));
    running.expect("up");
    assert!(!running.ended());
    drop(running);
    crate::harness::within(PATIENCE, "the program hears of it", || marker.exists().then_some(()));
    assert_eq!(crate::harness::field(&gateway.ended_session(), "ending"), "closed");
}
