//! Recordings read back, for replay and export, also those whose writer was killed in the middle of a line.

use std::io::{BufRead, Read as _};
use std::time::Duration;

use super::cast::{CastEvent, CastEventKind, Header};
use super::text;
use crate::domain::{Language, Tell, english, text as said};

/// Bytes of a line: more than any packet makes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Why a recording cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum CastFault {
    Read(#[from] std::io::Error),
    /// Lines count from 1; the header is the first.
    Line {
        line: u64,
        why: String,
    },
}

english!(CastFault);

impl Tell for CastFault {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Read(error) => said!(language, "recording.unread", error = error.told(language)),
            Self::Line { line, why } => said!(language, "recording.damaged", line = line, why = why),
        }
    }
}

/// Events in the order they were written. It ends after the first fault.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    header: Header,
    line: u64,
    torn: bool,
    done: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    pub fn open(mut source: R) -> Result<Self, CastFault> {
        let mut first = Vec::new();
        source.by_ref().take(LONGEST).read_until(b'\n', &mut first)?;
        let header = serde_json::from_slice(&first)
            .map_err(|error| CastFault::Line { line: 1, why: error.to_string() })?;
        Ok(Self { source, header, line: 1, torn: false, done: false })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the last line was cut off; known once the events have come to their end. That happens when
    /// the gateway was killed: everything before it is whole.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    fn read(&mut self) -> Result<Option<CastEvent>, CastFault> {
        loop {
            let mut line = Vec::new();
            if self.source.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            match parse(&line) {
                Ok(Some(event)) => return Ok(Some(event)),
                Ok(None) => {}
                Err(_) if !line.ends_with(b"\n") => {
                    self.torn = true;
                    return Ok(None);
                }
                Err(why) => return Err(CastFault::Line { line: self.line, why }),
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<CastEvent, CastFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let read = self.read().transpose();
        self.done = !matches!(read, Some(Ok(_)));
        read
    }
}

/// One line; `None` for an empty one and for a kind of event that came after this version of the format.
fn parse(line: &[u8]) -> Result<Option<CastEvent>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let (seconds, code, data): (f64, String, String) =
        serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let at = Duration::try_from_secs_f64(seconds)
        .map_err(|error| format!("its time: {error}"))
        // A double has 52 bits: the microsecond that was written is the nearest one.
        .map(|at| at.saturating_add(Duration::from_nanos(500)))
        .map(|at| Duration::new(at.as_secs(), at.subsec_micros() * 1000))?;
    let what = match code.as_str() {
        "o" => CastEventKind::Output(text::decode(&data)),
        "i" => CastEventKind::Input(text::decode(&data)),
        "m" => CastEventKind::Marker(data),
        "r" => size(&data).ok_or_else(|| format!("{data:?} is not a size like 80x24"))?,
        _ => return Ok(None),
    };
    Ok(Some(CastEvent { at, what }))
}

fn size(data: &str) -> Option<CastEventKind> {
    let (cols, rows) = data.split_once('x')?;
    Some(CastEventKind::Resize { cols: cols.parse().ok()?, rows: rows.parse().ok()? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{AssetName, LoginName, OperatorName, Protocol, RecordingId, SessionId};
    use crate::evidence::cast::{CastSession, Encoder, Env, Version2};

    fn header() -> Header {
        Header {
            version: Version2,
            width: 80,
            height: 24,
            timestamp: 1_767_225_600,
            title: Some("zhou@db1".into()),
            command: None,
            env: Env { term: Some("xterm-256color".into()), shell: None },
            juyong: CastSession {
                session: SessionId::new(1, 1),
                recording: RecordingId::new(1, 2),
                operator: OperatorName::parse("zhou").unwrap(),
                asset: AssetName::parse("db1").unwrap(),
                login: LoginName::parse("root").unwrap(),
                protocol: Protocol::Shell,
                source: "192.0.2.7:50022".into(),
            },
        }
    }

    fn written() -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::begin(&header(), &mut file);
        encoder.output(Duration::from_millis(1500), b"\x1b[1m$ \xe5\xb1", &mut file);
        encoder.input(Duration::from_micros(2_000_001), b"ls\r", &mut file);
        encoder.resize(Duration::from_secs(1), 120, 40, &mut file);
        encoder.output(Duration::from_secs(3), b"\x85\xff\"\\", &mut file);
        encoder.marker(Duration::from_secs(4), "ls", &mut file);
        encoder.finish(Duration::from_secs(5), &mut file);
        file
    }

    fn events(file: &[u8]) -> Vec<Result<CastEvent, String>> {
        Reader::open(file).unwrap().map(|event| event.map_err(|fault| fault.to_string())).collect()
    }

    #[test]
    fn the_lines_are_what_the_format_says() {
        let file = String::from_utf8(written()).unwrap();
        let lines: Vec<serde_json::Value> =
            file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            lines,
            [
                json!({"version": 2, "width": 80, "height": 24, "timestamp": 1_767_225_600, "title": "zhou@db1",
                    "env": {"TERM": "xterm-256color"},
                    "juyong": {"session": SessionId::new(1, 1).as_str(),
                        "recording": RecordingId::new(1, 2).as_str(), "operator": "zhou", "asset": "db1",
                        "login": "root", "protocol": "shell", "source": "192.0.2.7:50022"}}),
                json!([1.5, "o", "\u{1b}[1m$ "]),
                json!([2.000_001, "i", "ls\r"]),
                json!([2.000_001, "r", "120x40"]),
                json!([3.0, "o", "居\u{10ffff}\"\\"]),
                json!([4.0, "m", "ls"]),
            ]
        );
        assert!(file.contains("\n[2.000001, \"i\", \"ls\\r\"]\n"), "{file}");
    }

    #[test]
    fn what_was_written_is_read_back() {
        let file = written();
        assert_eq!(Reader::open(&*file).unwrap().header(), &header());
        let events: Vec<CastEvent> = events(&file).into_iter().map(Result::unwrap).collect();
        assert_eq!(events.len(), 5);
        assert_eq!(
            events.get(1).unwrap(),
            &CastEvent { at: Duration::from_micros(2_000_001), what: CastEventKind::Input(b"ls\r".to_vec()) }
        );
        assert_eq!(events.get(2).unwrap().what, CastEventKind::Resize { cols: 120, rows: 40 });
        assert_eq!(events.get(3).unwrap().what, CastEventKind::Output(b"\xe5\xb1\x85\xff\"\\".to_vec()));
    }

    #[test]
    fn a_torn_last_line_is_left_out_and_told() {
        let file = written();
        for cut in 1..20 {
            let mut reader = Reader::open(file.get(..file.len() - cut).unwrap()).unwrap();
            let read = reader.by_ref().inspect(|event| assert!(event.is_ok(), "{event:?}")).count();
            assert_eq!((read, reader.is_torn()), if cut == 1 { (5, false) } else { (4, true) }, "{cut}");
        }
    }

    #[test]
    fn another_damaged_line_is_named_and_ends_the_reading() {
        let text = String::from_utf8(written()).unwrap().replace("\"120x40\"", "\"120\"");
        let read = events(text.as_bytes());
        assert_eq!(read.len(), 3);
        let fault = read.last().unwrap().clone().unwrap_err();
        assert!(fault.contains("line 4") && fault.contains("audit verify"), "{fault}");
        assert!(Reader::open(&b"{\"version\":3}\n"[..]).unwrap_err().to_string().contains("line 1"));
    }
}
