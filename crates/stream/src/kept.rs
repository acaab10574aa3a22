//! A stream that the server keeps on disk.

use crate::{Error, Result};
use async_nats::{
    header::NATS_MESSAGE_ID,
    jetstream::{
        Context,
        context::{PublishError, PublishErrorKind},
        message::PublishMessage,
        stream::{Config, DiscardPolicy, RawMessageErrorKind, RetentionPolicy, StorageType, Stream},
    },
};
use bytes::Bytes;
use std::time::Duration;

/// How a stream is made when it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name; no spaces, tabs or dots.
    pub name: String,
    /// The subjects that it keeps, with NATS's wildcards.
    pub subjects: String,
    /// Entries older than this are dropped.
    pub max_age: Duration,
    /// An entry whose id came within this time before is the same entry, and is kept once.
    pub duplicates: Duration,
    /// What it is for, shown by NATS's tools.
    pub description: String,
}

impl Settings {
    /// A stream that keeps entries for 30 days, and knows the ids of the last ten minutes.
    pub fn new(name: &str, subjects: &str) -> Self {
        Self {
            name: name.into(),
            subjects: subjects.into(),
            max_age: Duration::from_secs(30 * 24 * 3600),
            duplicates: Duration::from_secs(600),
            description: String::new(),
        }
    }

    fn config(&self) -> Config {
        Config {
            name: self.name.clone(),
            subjects: vec![self.subjects.clone()],
            description: Some(self.description.clone()),
            max_age: self.max_age,
            duplicate_window: self.duplicates,
            storage: StorageType::File,
            retention: RetentionPolicy::Limits,
            discard: DiscardPolicy::Old,
            num_replicas: 1,
            max_bytes: -1,
            max_messages: -1,
            max_messages_per_subject: -1,
            max_consumers: -1,
            ..Config::default()
        }
    }
}

/// Something to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its `Nats-Msg-Id`.
    pub id: String,
    /// What it is filed under.
    pub subject: String,
    /// Its body.
    pub payload: Bytes,
}

/// Where a stream ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The number of the last entry that was ever appended, 0 in a new stream.
    pub sequence: u64,
    /// That entry's id, when it has one and is still there.
    pub id: Option<String>,
}

/// What became of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// So many, the first ones in order, are in the stream.
    pub taken: usize,
    /// Where the stream ends after them.
    pub sequence: u64,
    /// Why the rest isn't, or may not be. After an error the end of the stream must be read anew.
    pub error: Option<Error>,
}

/// A stream to append to.
#[derive(Debug, Clone)]
pub struct Kept {
    context: Context,
    stream: Stream,
    name: String,
}

impl Kept {
    pub(crate) async fn open(context: Context, settings: &Settings) -> Result<Self> {
        let stream = context.get_or_create_stream(settings.config()).await.map_err(Error::unavailable)?;
        let takes = &stream.cached_info().config.subjects;
        if !takes.contains(&settings.subjects) {
            let why = format!("the stream {} takes {takes:?} and not {}", settings.name, settings.subjects);
            return Err(Error::Unavailable(why));
        }
        Ok(Self { context, stream, name: settings.name.clone() })
    }

    /// Where the stream ends now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server can't tell, also when the stream is gone.
    pub async fn end(&self) -> Result<End> {
        let state = self.stream.get_info().await.map_err(Error::unavailable)?.state;
        if state.messages == 0 {
            return Ok(End { sequence: state.last_sequence, id: None });
        }
        match self.stream.get_raw_message(state.last_sequence).await {
            Ok(last) => {
                let id = last.headers.get(NATS_MESSAGE_ID).map(|id| id.as_str().to_owned());
                Ok(End { sequence: state.last_sequence, id })
            }
            // Dropped for its age between the two questions, or deleted by hand.
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                Ok(End { sequence: state.last_sequence, id: None })
            }
            Err(error) => Err(Error::unavailable(error)),
        }
    }

    /// Appends entries in order, right behind the entry number `after`: the server refuses each that isn't next, so that
    /// of two who append only one does, and a late copy of an entry never lands behind a newer one.
    pub async fn append(&self, after: u64, entries: Vec<Entry>) -> Appended {
        let mut sent = Vec::with_capacity(entries.len());
        let mut error = None;
        for (place, entry) in (after..).zip(entries) {
            let message = PublishMessage::build()
                .payload(entry.payload)
                .message_id(&entry.id)
                .expected_stream(&self.name)
                .expected_last_sequence(place);
            match self.context.send_publish(entry.subject, message).await {
                Ok(acknowledged) => sent.push(acknowledged),
                Err(why) => {
                    error = Some(failure(&why));
                    break;
                }
            }
        }
        let mut appended = Appended { taken: 0, sequence: after, error: None };
        for acknowledged in sent {
            match acknowledged.await {
                Ok(ack) if !ack.duplicate => {
                    appended.taken += 1;
                    appended.sequence = ack.sequence;
                }
                // It stands further ahead and took no place, so the ones behind it are refused.
                Ok(_) => {
                    appended.taken += 1;
                    return Appended { error: Some(Error::Overtaken), ..appended };
                }
                Err(why) => return Appended { error: Some(failure(&why)), ..appended },
            }
        }
        Appended { error, ..appended }
    }
}

fn failure(error: &PublishError) -> Error {
    match error.kind() {
        PublishErrorKind::WrongLastSequence | PublishErrorKind::WrongLastMessageId => Error::Overtaken,
        _ => Error::unavailable(error),
    }
}
