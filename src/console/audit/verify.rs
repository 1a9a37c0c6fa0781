//! Whether the journal and the recordings are what was written.

use super::moment_of;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::domain::RecordingId;
use crate::evidence::chain::StreamDigest;
use crate::journal;
use crate::recorder;
use crate::session::Services;
use crate::store::{Filter, JournalRow};

/// Recomputes the journal's chain, and the digest of every recording that it tells of.
pub(super) async fn check(services: &Services, out: &Out) -> Result<(), Failure> {
    let rows = journal::verify(&services.store).await?;
    let closed =
        services.store.journal().list(&Filter::default(), |row| row.event == "recording-closed").await?;
    for row in &closed {
        recording_holds(services, row)?;
    }
    let recordings = closed.len();
    let object = serde_json::json!({ "ok": true, "rows": rows, "recordings": recordings });
    Ok(out
        .record(&object, || format!("the journal holds: {rows} rows; so do {recordings} recordings"))
        .await?)
}

/// Is the file of a closed recording still what the journal says it was?
fn recording_holds(services: &Services, row: &JournalRow) -> Result<(), Failure> {
    let body: serde_json::Value = serde_json::from_str(&row.body)?;
    let word = |key: &str| body.get(key).and_then(serde_json::Value::as_str);
    let said = body.pointer("/file/sha256").and_then(serde_json::Value::as_str).unwrap_or_default();
    let Some(id) = word("recording").and_then(RecordingId::parse) else {
        return Err(Failure(format!("journal row {} names no recording", row.seq)));
    };
    let path = recorder::path(&services.config.recordings, &id, moment_of(&id).unwrap_or(row.at));
    let fault = |what: String| {
        Failure(format!("recording {id} ({}) {what}: restore it from a backup", path.display()))
    };
    let mut file = std::fs::File::open(&path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let mut digest = StreamDigest::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n = std::io::Read::read(&mut file, &mut buffer)
            .map_err(|error| fault(format!("cannot be read: {error}")))?;
        if n == 0 {
            break;
        }
        digest.update(buffer.get(..n).unwrap_or_default());
    }
    if digest.finish().sha256.to_string() == said { Ok(()) } else { Err(fault("was altered".into())) }
}
