//! From what the files and the log say to the key that signs now. A crash between any two steps of a change of keys
//! leaves one of the states that are told apart here; the change itself ends by the same way.
//!
//! | left by a crash | `log_key` | `log_key.next` | the log names | what is done |
//! |---|---|---|---|---|
//! | behind a first key's file | first | | nothing | another one is drawn |
//! | before the row | old | drawn | old | the drawn one is erased |
//! | behind the row | old | drawn | drawn | the old one signs, and is erased |
//! | behind its signature | old | drawn | drawn | the old one is erased |
//! | while it is erased | zeros, or none | drawn | drawn | the drawn one takes its place |

use super::error::SealError;
use super::files::KeyFiles;
use super::signer::Signer;
use crate::event::{Actor, Event, JournalEntry, KeyCause};
use crate::evidence::log::EpochKey;
use crate::journal::named::NamedKey;
use crate::journal::request::{Queue, append};
use crate::platform::clock::Clock;
use crate::platform::failpoint;
use crate::store::Store;

/// What a change of keys needs.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    pub(super) store: Store,
    pub(super) queue: Queue,
    pub(super) clock: Clock,
    pub(super) files: KeyFiles,
}

impl Keeper {
    /// The key that signs now: the one that the log names last.
    pub(super) async fn settle(&self) -> Result<Signer, SealError> {
        let found = self.files.read().await?;
        let mut named = NamedKey::latest(&self.store, 2).await?;
        let Some(latest) = named.pop() else { return self.begin(KeyCause::First).await };
        let is_latest = |key: &EpochKey| key.public(latest.key.name()) == latest.key;
        match (found.current, found.next) {
            (Some(current), next) if is_latest(&current) => {
                if next.is_some() {
                    self.files.forget_next().await?;
                }
                Signer::new(current, latest, &self.store).await
            }
            (current, Some(next)) if is_latest(&next) => {
                self.vouch(current, named.pop(), &latest).await?;
                self.files.promote().await?;
                Signer::new(next, latest, &self.store).await
            }
            _ => self.begin(KeyCause::Lost).await,
        }
    }

    /// The old key signs a checkpoint that covers the row of the new one, where none does.
    async fn vouch(
        &self,
        old: Option<EpochKey>,
        before: Option<NamedKey>,
        latest: &NamedKey,
    ) -> Result<(), SealError> {
        let (Some(old), Some(before)) = (old, before) else { return Ok(()) };
        if old.public(before.key.name()) != before.key {
            return Ok(()); // `audit verify` says that nobody vouched
        }
        let mut signer = Signer::new(old, before, &self.store).await?;
        if !signer.covers(latest.seq) {
            signer.sign(&self.store, self.clock.now()).await?;
            failpoint::point("log-key:vouched");
        }
        Ok(())
    }

    /// A log begins, where there was none or where its key is not there any more. Its key is always a new one: one that
    /// lies there may have signed another past.
    async fn begin(&self, cause: KeyCause) -> Result<Signer, SealError> {
        let key = self.files.make().await?;
        failpoint::point("log-key:made");
        let named = self.name(&key, &key.log_name(), 1, cause).await?;
        failpoint::point("log-key:named");
        if cause == KeyCause::Lost {
            tracing::error!(key = %named.key, "ALARM: the log's key was lost, and a new log begins: see docs/evidence.md");
        }
        let mut signer = Signer::new(key, named, &self.store).await?;
        signer.sign(&self.store, self.clock.now()).await?;
        Ok(signer)
    }

    /// The next epoch begins. The key of this one is gone when it is done.
    pub(super) async fn roll(&self, signer: Signer, cause: KeyCause) -> Result<Signer, SealError> {
        signer.agrees(&self.store, self.store.log().size().await?).await?;
        let (log, epoch) = (signer.named().key.name().to_owned(), signer.named().epoch + 1);
        drop(signer); // it is wiped: what is still to be signed, the file's is signed with
        let next = self.files.draft().await?;
        failpoint::point("log-key:drafted");
        self.name(&next, &log, epoch, cause).await?;
        drop(next);
        failpoint::point("log-key:named");
        self.settle().await
    }

    /// Writes the row that names a key.
    async fn name(
        &self,
        key: &EpochKey,
        log: &str,
        epoch: u64,
        cause: KeyCause,
    ) -> Result<NamedKey, SealError> {
        let key = key.public(log);
        let event = Event::LogKey { epoch, key: key.to_string(), cause };
        let at = self.clock.now();
        let entry = JournalEntry { at, actor: Actor::Gateway, source: None, through: None, event };
        let seq = append(&self.queue, entry).await?;
        Ok(NamedKey { seq, at, epoch, key, cause })
    }
}
