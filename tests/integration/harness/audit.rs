//! What the gateway says happened.

use serde_json::Value;

use super::{Gateway, PATIENCE, soon, within};

/// A field of a record as text; empty where there is none.
pub fn field<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Is there a row of this kind with these fields?
pub fn has_event(rows: &[Value], event: &str, fields: &[(&str, &str)]) -> bool {
    rows.iter().any(|row| {
        field(row, "event") == event && fields.iter().all(|(name, text)| field(row, name) == *text)
    })
}

impl Gateway {
    /// The JSON lines that a command prints.
    pub fn records(&self, words: &[&str]) -> Vec<Value> {
        let out = self.juyong(&[words, &["--json"]].concat()).ok().text();
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }

    pub fn sessions(&self) -> Vec<Value> {
        self.records(&["audit", "sessions"])
    }

    pub fn events(&self) -> Vec<Value> {
        self.records(&["audit", "events"])
    }

    /// Waits for a row of the journal.
    #[track_caller]
    pub fn journaled(&self, event: &str, fields: &[(&str, &str)]) {
        let mut rows = Vec::new();
        let found = soon(PATIENCE / 3, || {
            rows = self.events();
            has_event(&rows, event, fields).then_some(())
        });
        let all = || rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(found.is_some(), "no {event} with {fields:?} in the journal:\n{}", all());
    }

    /// Waits until the first session has ended, and returns it.
    pub fn ended_session(&self) -> Value {
        within(PATIENCE / 3, "a session has ended", || {
            self.sessions().into_iter().find(|session| !session["ended"].is_null())
        })
    }

    /// The recordings of a session, as `audit export` gives them.
    pub fn cast(&self, session: &Value) -> Cast {
        let out = self.juyong(&["audit", "export", field(session, "session"), "--format", "cast"]).ok();
        Cast::parse(&out.text())
    }
}

/// A recording in asciicast v2, read without the gateway's own code.
pub struct Cast {
    pub header: Value,
    pub events: Vec<(f64, String, String)>,
}

impl Cast {
    #[track_caller]
    pub fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let header: Value =
            serde_json::from_str(lines.next().expect("a header")).expect("the header is JSON");
        assert_eq!(header["version"], 2, "{header}");
        let events: Vec<(f64, String, String)> = lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}")))
            .collect();
        assert!(events.is_sorted_by(|a, b| a.0 <= b.0), "time runs backwards");
        Self { header, events }
    }

    /// All text of one kind: `o`, `i`, `r`, `m`.
    pub fn all(&self, code: &str) -> String {
        self.events.iter().filter(|event| event.1 == code).map(|event| event.2.as_str()).collect()
    }

    /// The bytes that an event's text stands for: what is no UTF-8 is mapped above U+10FF80.
    pub fn bytes(&self, code: &str) -> Vec<u8> {
        let byte = |c: char| u32::from(c).checked_sub(0x10_ff00).and_then(|low| u8::try_from(low).ok());
        let mut bytes = Vec::new();
        for c in self.all(code).chars() {
            match byte(c).filter(|low| *low >= 0x80) {
                Some(low) => bytes.push(low),
                None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        bytes
    }
}
