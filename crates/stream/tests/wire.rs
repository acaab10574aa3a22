//! The wire against a real server. Left out, aloud, where `nats-server` isn't installed.
#![expect(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::time::{Duration, Instant};
use stream::{Appended, End, Entry, Error, Heard, Kept, Settings, Wire};
use testkit::{Database, Nats};

/// A server and a connection that stands.
struct Server {
    wire: Wire,
    nats: Nats,
    // Last, so that the folder goes when nothing writes to it any more.
    _folder: Database,
}

async fn server() -> Option<Server> {
    let folder = Database::sqlite();
    let nats = Nats::start(folder.folder())?;
    let wire = Wire::connect(&nats.url(), "test").await.unwrap();
    let server = Server { wire, nats, _folder: folder };
    server.await_connection().await;
    Some(server)
}

impl Server {
    async fn await_connection(&self) {
        let began = Instant::now();
        while !self.wire.stands() {
            assert!(began.elapsed() < Duration::from_secs(30), "no connection");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn stream(&self) -> Kept {
        self.wire.stream(&Settings::new("EVENTS", "events.>")).await.unwrap()
    }
}

fn entries(ids: std::ops::Range<u32>) -> Vec<Entry> {
    ids.map(|id| Entry { id: id.to_string(), subject: "events.a".into(), payload: "{}".into() }).collect()
}

fn end(sequence: u64, id: &str) -> End {
    End { sequence, id: Some(id.into()) }
}

#[tokio::test]
async fn entries_are_appended_in_order_and_the_end_is_known() {
    let Some(server) = server().await else { return };
    let stream = server.stream().await;
    assert_eq!(stream.end().await, Ok(End { sequence: 0, id: None }));
    let appended = stream.append(0, entries(1..301)).await;
    assert_eq!(appended, Appended { taken: 300, sequence: 300, error: None });
    assert_eq!(stream.end().await, Ok(end(300, "300")));
    let again = server.stream().await;
    assert_eq!(again.append(300, entries(301..302)).await.taken, 1, "an existing stream is taken as it is");
}

#[tokio::test]
async fn of_two_who_append_at_one_place_one_does() {
    let Some(server) = server().await else { return };
    let (first, second) = (server.stream().await, server.stream().await);
    assert_eq!(first.append(0, entries(1..3)).await.taken, 2);
    let late = second.append(0, entries(5..7)).await;
    assert_eq!(late, Appended { taken: 0, sequence: 0, error: Some(Error::Overtaken) });
    assert_eq!(first.end().await, Ok(end(2, "2")));
}

#[tokio::test]
async fn what_was_appended_already_is_not_appended_again() {
    let Some(server) = server().await else { return };
    let stream = server.stream().await;
    stream.append(0, entries(1..4)).await;
    // Somebody who knows where the stream ends and not what it holds: the server knows the id.
    let again = stream.append(3, entries(3..6)).await;
    assert_eq!(again, Appended { taken: 1, sequence: 3, error: Some(Error::Overtaken) });
    assert_eq!(stream.append(3, entries(4..6)).await.error, None);
    assert_eq!(stream.end().await, Ok(end(5, "5")));
}

#[tokio::test]
async fn a_server_that_was_killed_is_reached_again_with_what_it_kept() {
    let Some(mut server) = server().await else { return };
    let stream = server.stream().await;
    stream.append(0, entries(1..4)).await;
    server.nats.stop();
    let began = Instant::now();
    while server.wire.stands() {
        assert!(began.elapsed() < Duration::from_secs(30), "the loss is noticed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(server.wire.say("a", "b").await, Err(Error::Unavailable(_))));
    let lost = stream.append(3, entries(4..5)).await;
    assert!(matches!(lost, Appended { taken: 0, error: Some(Error::Unavailable(_)), .. }), "{lost:?}");
    server.nats.start_again();
    server.await_connection().await;
    let stream = server.stream().await;
    let End { sequence, id } = stream.end().await.unwrap();
    // The entry that nobody acknowledged may have arrived after all, with its id.
    assert!(matches!((sequence, id.as_deref()), (3, Some("3")) | (4, Some("4"))), "{sequence} {id:?}");
}

#[tokio::test]
async fn a_word_is_heard_by_others_and_not_by_oneself() {
    let Some(server) = server().await else { return };
    let other = Wire::connect(&server.nats.url(), "other").await.unwrap();
    let (mut ours, mut theirs) =
        (server.wire.hear("words").await.unwrap(), other.hear("words").await.unwrap());
    // Words are hints: one said before the server knows of a listener is lost, so they are said until they are heard.
    heard(&server.wire, "one", &mut theirs).await;
    heard(&other, "two", &mut ours).await;
}

/// Says a word until it is heard at the other end.
async fn heard(from: &Wire, word: &'static str, to: &mut Heard) {
    for _ in 0..100 {
        from.say("words", word).await.unwrap();
        if let Ok(said) = tokio::time::timeout(Duration::from_millis(100), to.next()).await {
            assert_eq!(said.unwrap(), word);
            return;
        }
    }
    panic!("{word} was said a hundred times and not heard");
}

#[tokio::test]
async fn an_address_that_makes_no_sense_is_refused_at_once() {
    for wrong in ["", "nats://", "nats://host:port", "nats://one,"] {
        assert!(matches!(Wire::connect(wrong, "test").await, Err(Error::Address(_))), "{wrong}");
    }
}

#[tokio::test]
async fn a_stream_with_other_subjects_is_not_written_to() {
    let Some(server) = server().await else { return };
    server.stream().await;
    let other = server.wire.stream(&Settings::new("EVENTS", "other.>")).await;
    assert!(matches!(other, Err(Error::Unavailable(why)) if why.contains("other.>")));
}
