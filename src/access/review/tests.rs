#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::super::decide::{self, AccessRequest};
use super::super::record;
use super::super::target::LoginChoice;
use super::super::term::{Span, Term};
use super::super::testing::{policy, proven, services};
use super::*;
use crate::approval::ApprovalAnswer as Word;
use crate::domain::{Origin, Protocol, SessionId, Via};
use crate::platform::clock::Clock;
use crate::store::{CommandRow, Filter};

const POLICY: &str = r#"
[operator.op1]
[asset.box]
address = "192.0.2.1:22"
logins = ["root"]
[[rule]]
id = "all"
effect = "allow"
commands = ["careful"]
[commands.careful]
mode = "guard"
default = "allow"
opaque = "approve"
[[commands.careful.entry]]
effect = "deny"
programs = ["touch"]
reason = "files are not made here"
[[commands.careful.entry]]
effect = "warn"
programs = ["mkdir"]
reason = "directories stay"
[[commands.careful.entry]]
effect = "approve"
programs = ["chmod"]
reason = "modes are agreed on"
[commands.loose]
mode = "audit"
default = "allow"
opaque = "allow"
[commands.tight]
mode = "strict"
default = "allow"
opaque = "allow"
"#;

/// A channel's referee, and what it stands on.
struct Court {
    services: Arc<Services>,
    referee: CommandReview,
    tape: Arc<ChannelRecorder>,
    _dir: tempfile::TempDir,
}

async fn court_of(text: &str) -> Court {
    let dir = tempfile::tempdir().unwrap();
    let services = services(dir.path(), text, Clock::system()).await;
    let who = proven(&services, "op1", Origin::new("192.0.2.9:50022".parse().unwrap(), Via::Direct));
    let wish = AccessRequest {
        asset: "box".into(),
        login: LoginChoice::Named("root".into()),
        protocol: Protocol::Exec,
        file: Default::default(),
        forward_to: None,
    };
    let term = Arc::new(Term::new(SessionId::new(1, 1), Arc::new(Span::begin())));
    let grant = decide::decide(&services, &who, &mut services.live.watch(), wish, Some(&term)).await.unwrap();
    let tape = Arc::new(record::open(&services, &who, &term.id, &grant, None, None).await.unwrap());
    let session = Session::begin(&services, &who, grant.asset(), grant.login(), &term).await.unwrap();
    let referee = CommandReview::new(&services, &Arc::new(session), &grant, &tape);
    Court { services, referee, tape, _dir: dir }
}

async fn court() -> Court {
    court_of(POLICY).await
}

impl Court {
    async fn rule(&self, line: &str) -> Ruling {
        self.referee.rule(line, Place::Terminal, Confidence::Screen).await.unwrap()
    }

    async fn log(&self) -> Vec<CommandRow> {
        self.services.store.commands().list(&Filter::default(), |_| true).await.unwrap()
    }

    fn change(&self, from: &str, to: &str) {
        let policy = policy(&POLICY.replace(from, to));
        self.services.live.update(|standing| standing.policy = policy);
    }

    /// How it judged, without what it says.
    async fn verdict(&self, line: &str) -> &'static str {
        match self.rule(line).await {
            Ruling::Pass => "pass",
            Ruling::Warn { .. } => "warn",
            Ruling::Approve { .. } => "approve",
            Ruling::Refuse { .. } => "refuse",
        }
    }

    async fn asked(&self, line: &str) -> PendingApproval {
        match self.rule(line).await {
            Ruling::Approve { asked, .. } => asked,
            _ => panic!("{line} needs no approval"),
        }
    }

    /// Answers the first request that comes.
    async fn answer(&self, word: Word) {
        let approvals = self.services.live.approvals();
        loop {
            if let Some(claimed) =
                approvals.waiting().first().and_then(|request| approvals.claim(&request.id))
            {
                return claimed.answer(word, None);
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn each_verdict_is_told_and_logged() {
    let court = court().await;
    assert!(matches!(court.rule("ls").await, Ruling::Pass));
    let Ruling::Refuse { text } = court.rule("ls; touch x").await else { panic!("touch is denied") };
    assert_eq!(text, "juyong: “touch x” is not run: files are not made here. Please call ext. 8800.");
    let Ruling::Warn { text, warned } = court.rule("mkdir x").await else { panic!("mkdir is warned of") };
    assert_eq!(text, "juyong: “mkdir x”: directories stay.");
    assert_eq!(court.referee.confirmed(warned, Confirmation::Yes).await.unwrap(), None);
    let Ruling::Approve { text, .. } = court.rule("chmod 0 x").await else { panic!("chmod is asked for") };
    assert!(
        text.starts_with("juyong: “chmod 0 x” needs an officer's approval: modes are agreed on. Request "),
        "{text}"
    );
    let told: Vec<_> = court
        .log()
        .await
        .into_iter()
        .map(|row| (row.judged.command, row.judged.verdict, row.answer.map(|answer| answer.what)))
        .collect();
    let row = |command: &str, verdict, answer: Option<&str>| {
        (command.to_owned(), verdict, answer.map(str::to_owned))
    };
    let expected = [
        row("ls", Verdict::Allow, None),
        row("ls; touch x", Verdict::Deny, None),
        row("mkdir x", Verdict::Warn, Some("confirmed")),
        row("chmod 0 x", Verdict::Approve, None),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_strictest_mode_of_several_sets_counts_and_follows_the_policy() {
    let court = court().await;
    assert_eq!(court.referee.mode(), Some(Mode::Guard));
    for (sets, mode) in [
        ("[\"careful\", \"loose\"]", Some(Mode::Guard)),
        ("[\"careful\", \"loose\", \"tight\"]", Some(Mode::Strict)),
        ("[\"loose\"]", Some(Mode::Audit)),
    ] {
        court.change("commands = [\"careful\"]", &format!("commands = {sets}"));
        assert_eq!(court.referee.mode(), mode, "{sets}");
    }
    assert_eq!(court.verdict("touch x").await, "pass");
    court.change("commands = [\"careful\"]", "");
    assert_eq!(court.referee.mode(), None);
    assert_eq!(court.verdict("touch x").await, "pass");
    assert_eq!(court.log().await.len(), 1, "what no set judges is not logged");
}

#[tokio::test]
async fn in_mode_audit_what_is_denied_passes_and_the_log_says_so() {
    let court = court_of(&POLICY.replace("\"guard\"", "\"audit\"")).await;
    for line in ["touch x", "mkdir x", "chmod 0 x", "ls"] {
        assert_eq!(court.verdict(line).await, "pass", "{line}");
    }
    let verdicts: Vec<_> = court.log().await.iter().map(|row| row.judged.verdict).collect();
    assert_eq!(verdicts, [Verdict::Deny, Verdict::Warn, Verdict::Approve, Verdict::Allow]);
}

#[tokio::test]
async fn a_line_that_was_not_seen_whole_is_as_opaque_as_can_be() {
    let court = court().await;
    let partial = |line| court.referee.rule(line, Place::Terminal, Confidence::Partial);
    // attack 1: opaque asks an officer, who would not see all of it.
    let Ruling::Refuse { text } = partial("ls").await.unwrap() else { panic!("nobody sees it") };
    assert!(text.contains("a part of it was not seen"), "{text}");
    assert!(matches!(partial("touch x").await.unwrap(), Ruling::Refuse { .. }), "no weaker for it");
    assert!(court.log().await.iter().all(|row| row.judged.opaque));
}

#[tokio::test]
async fn under_a_grant_that_is_over_nothing_passes() {
    let court = court().await;
    court.services.live.update(|standing| standing.disable(&"op1".parse().unwrap(), "left"));
    assert_eq!(court.referee.mode(), Some(Mode::Guard), "lines are held");
    let Ruling::Refuse { text } = court.rule("ls").await else { panic!("it is over") };
    assert!(text.contains("your account is disabled"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_logged_does_not_pass() {
    let court = court().await;
    court.services.journal.close().await;
    assert!(court.referee.rule("ls", Place::Terminal, Confidence::Screen).await.is_err());
    let court = self::court().await;
    court.tape.close().await.unwrap();
    assert!(court.referee.rule("ls", Place::Terminal, Confidence::Screen).await.is_err());
    assert!(court.log().await.is_empty(), "no marker, no row");
}

#[tokio::test]
async fn an_officer_grants_or_refuses() {
    let court = court().await;
    let asked = court.asked("chmod 0 x").await;
    let by = "officer".to_owned();
    let (answer, ()) = tokio::join!(court.referee.ask(asked), court.answer(Word::Granted { by: by.clone() }));
    assert!(matches!(answer.unwrap(), ReviewAnswer::Granted { by } if by == "officer"));
    let asked = court.asked("chmod 0 x").await;
    let reason = "no\x1b[2J".to_owned();
    let (answer, ()) = tokio::join!(court.referee.ask(asked), court.answer(Word::Refused { by, reason }));
    let ReviewAnswer::Refused { text } = answer.unwrap() else { panic!("it is refused") };
    assert_eq!(text, "juyong: officer refused it: no\\u001b[2J. Please call ext. 8800.");
}

#[tokio::test]
async fn what_is_denied_by_the_time_of_the_answer_is_refused() {
    let court = court().await;
    let asked = court.asked("chmod 0 x").await;
    court.change("effect = \"approve\"", "effect = \"deny\"");
    let granted = Word::Granted { by: "officer".into() };
    let (answer, ()) = tokio::join!(court.referee.ask(asked), court.answer(granted));
    let ReviewAnswer::Refused { text } = answer.unwrap() else { panic!("it is denied") };
    assert!(text.contains("is not run: modes are agreed on"), "{text}");
}

#[tokio::test]
async fn a_yes_does_not_stand_for_an_officer_whom_the_policy_asks_for_by_now() {
    let court = court().await;
    let Ruling::Warn { warned, .. } = court.rule("mkdir x").await else { panic!("mkdir is warned of") };
    court.change("effect = \"warn\"", "effect = \"approve\"");
    let refusal = court.referee.confirmed(warned, Confirmation::Yes).await.unwrap();
    assert!(refusal.is_some_and(|text| text.contains("officer's approval by now")));
    let Ruling::Approve { .. } = court.rule("mkdir x").await else { panic!("it asks when given again") };
}

#[tokio::test]
async fn whoever_stops_waiting_withdraws() {
    let court = court().await;
    let asked = court.asked("chmod 0 x").await;
    {
        let ask = court.referee.ask(asked);
        tokio::pin!(ask);
        while court.services.live.approvals().waiting().is_empty() {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(5), &mut ask).await; // it waits
        }
    }
    assert!(court.services.live.approvals().waiting().is_empty());
    while court.log().await[0].answer.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(court.log().await[0].answer.as_ref().unwrap().what, "withdrawn");
}

#[tokio::test]
async fn a_password_is_told_to_nobody_but_the_judge() {
    let court = court().await;
    let asked = court.asked("chmod 0 --password=hunter2").await;
    assert_eq!(
        asked.request.subject.what,
        ApprovalScope::Command("chmod 0 --password=hunter2".into()),
        "to the letter"
    );
    assert_eq!(court.log().await[0].judged.command, "chmod 0 --password=***");
}

/// attack 1: what an officer cannot be shown in full, no officer is asked for.
#[tokio::test]
async fn what_cannot_be_shown_in_full_cannot_be_granted() {
    let court = court().await;
    let long = format!("chmod 1 {}", "x".repeat(5000));
    for (line, why) in [
        (long.as_str(), "longer than an officer is shown"),
        ("chmod 1 /x; mysql -psecret; eval x", "without the password"),
        (&"chmod 1 /x\n".repeat(65), "longer than an officer is shown"),
    ] {
        let Ruling::Refuse { text } = court.rule(line).await else { panic!("{line}: nobody is to be asked") };
        assert!(text.contains(why), "{line}: {text}");
    }
    assert!(court.services.live.approvals().waiting().is_empty());
}
