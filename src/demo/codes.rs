//! The one-time codes of the demo's people, for whoever has no phone at hand.

use rust_i18n::t;

use super::moment::{STEP, now};
use super::screen::say;
use super::stage::{PEOPLE, Stage};
use crate::console::Failure;
use crate::domain::OperatorName;

/// Shows the code of now whenever Enter is pressed. Returns only if nothing can be printed.
pub(super) async fn show(stage: &Stage) -> Failure {
    // A thread of its own: one that waits for a key must not hold up the end of the demo.
    let (pressed, mut enter) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lines();
        while let Some(Ok(_)) = lines.next() {
            if pressed.blocking_send(()).is_err() {
                break;
            }
        }
    });
    while enter.recv().await.is_some() {
        let told = match line(stage).await {
            Ok(line) => say(&format!("{line}\n")),
            Err(failure) => Err(failure),
        };
        if let Err(failure) = told {
            return failure;
        }
    }
    std::future::pending().await // nobody is at the keyboard
}

/// The code of now, how long it lasts, and who has used it: a code works once for each person.
pub(super) async fn line(stage: &Stage) -> Result<String, Failure> {
    let tag = stage.language().tag();
    let (code, seconds) = now(stage);
    let mut used = Vec::new();
    for name in PEOPLE {
        let last = stage.services().store.factors().last_step(&OperatorName::parse(name)?).await?;
        if last.is_some_and(|last| last >= stage.second() / STEP) {
            used.push(name);
        }
    }
    let mut line = t!("demo.code", locale = tag, code = code, seconds = seconds).into_owned();
    if !used.is_empty() {
        let names = used.join(t!("demo.and", locale = tag).as_ref());
        line.push_str(&t!("demo.used", locale = tag, names = names, seconds = seconds));
    }
    Ok(line)
}
