//! What is in a recording, and what is not.

use crate::harness::{Gateway, PATIENCE, Setup, Terminal, field};

#[test]
fn a_terminal_is_recorded_as_asciicast() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("echo sum-$((40+2)) 居庸关");
    terminal.expect("sum-42 居庸关");
    terminal.resize(30, 100);
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.line("exit");
    terminal.wait(PATIENCE);
    let session = gateway.ended_session();
    let cast = gateway.cast(&session);
    assert_eq!((&cast.header["width"], &cast.header["height"]), (&80.into(), &24.into()), "{}", cast.header);
    assert!(cast.header["timestamp"].as_i64().unwrap() > 1_700_000_000);
    assert!(cast.all("o").contains("sum-42 居庸关"));
    assert!(cast.all("i").contains("echo sum-$((40+2)) 居庸关\r"), "{:?}", cast.all("i"));
    assert_eq!(cast.all("r"), "100x30");
    assert_eq!(session["bytes_out"].as_u64().unwrap(), cast.bytes("o").len() as u64);
}

/// What is typed while the asset does not echo must be nowhere: no recording, no journal, no log.
#[test]
fn what_is_typed_unseen_is_recorded_nowhere() {
    const SECRET: &str = "hunter2-Swordfish";
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("PS1='re''ady$ ' bash --norc --noprofile");
    terminal.expect("ready$ ");
    terminal.line("read -s -p 'un''seen? ' x");
    terminal.expect("unseen? ");
    terminal.line(SECRET);
    terminal.line("echo length ${#x}");
    terminal.expect(&format!("length {}", SECRET.len()));
    terminal.line("exit");
    terminal.line("exit");
    terminal.wait(PATIENCE);

    let session = gateway.ended_session();
    let cast = gateway.cast(&session);
    let typed = cast.all("i");
    assert!(
        typed.contains("read -s") && typed.contains("echo length"),
        "what was echoed is there: {typed:?}"
    );
    assert!(!typed.contains("hunter2") && !typed.contains("Swordfish"), "{typed:?}");
    let whole =
        gateway.juyong(&["audit", "export", field(&session, "session"), "--format", "cast"]).ok().text();
    let events: String = gateway.events().iter().map(ToString::to_string).collect();
    for (place, text) in [("recording", whole), ("journal", events), ("log", gateway.log())] {
        assert!(!text.contains(SECRET), "the secret is in the {place}");
    }
}

#[test]
fn no_secret_of_a_login_is_written_anywhere() {
    let gateway = Setup::new().start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    gateway.stop();
    let mut dirs = vec![gateway.path("data")];
    let mut all = gateway.log().into_bytes();
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => dirs.push(path),
                path if path.is_file() => all.extend(std::fs::read(path).unwrap()),
                _ => {}
            }
        }
    }
    let key = std::fs::read_to_string(&gateway.asset.private_key).unwrap();
    let secrets = [operator.password.as_str(), &operator.base32(), key.lines().nth(2).unwrap()];
    for secret in secrets {
        assert!(!all.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret:?} lies open");
    }
}
