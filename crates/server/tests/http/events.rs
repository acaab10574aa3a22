//! The live stream: what happens arrives, and a cut stream goes on where it ended.

use crate::{Door, Http};
use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use http::Method;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

struct Stream {
    body: BodyDataStream,
    text: String,
}

#[derive(Debug)]
struct Frame {
    kind: String,
    id: String,
    data: Value,
}

impl Stream {
    async fn open(door: &Door, last: Option<&str>) -> Self {
        let headers: Vec<_> = last.map(|id| ("last-event-id", id)).into_iter().collect();
        let answer = door.open(Method::GET, "/v1/events", &headers, Body::empty()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { body: answer.into_body().into_data_stream(), text: String::new() }
    }

    /// The next frame, or `None` at the end.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
                    line.trim_start().to_owned()
                };
                let data = serde_json::from_str(&field("data:")).unwrap_or_default();
                let frame = Frame { kind: field("event:"), id: field("id:"), data };
                self.text = rest.to_owned();
                return Some(frame);
            }
            let chunk = timeout(Duration::from_secs(10), self.body.next())
                .await
                .expect("the stream says something")?;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// Reads on until an event of `kind`.
    async fn until(&mut self, kind: &str) -> Frame {
        loop {
            let frame = self.next().await.expect("the stream goes on");
            if frame.kind == kind {
                return frame;
            }
        }
    }
}

testkit::on_both! {
    async fn what_happens_arrives_and_a_cut_stream_goes_on(database) {
        let mut http = Http::over(database).await;
        let mut stream = Stream::open(&http.door, None).await;
        let hello = stream.next().await.unwrap();
        assert_eq!(hello.kind, "ping");
        let id = http.conversation("Ana", "one").await;
        let created = stream.until("message.created").await;
        assert_eq!(created.data["kind"], "message.created");
        assert_eq!(created.data["conversation_id"], id.as_str());
        assert!(created.data["message_id"].as_str().unwrap().starts_with("msg_"));
        drop(stream);

        // Missed while nobody listened, and told in order to whoever resumes.
        let second = http.conversation("Bea", "two").await;
        let mut resumed = Stream::open(&http.door, Some(&created.id)).await;
        let missed = resumed.until("message.created").await;
        assert_eq!(missed.data["conversation_id"], second.as_str());
        // The first ping's id is a place to resume from as well.
        let mut whole = Stream::open(&http.door, Some(&hello.id)).await;
        assert_eq!(whole.until("message.created").await.data["message_id"], created.data["message_id"]);
        // Without an id the stream begins now.
        let mut fresh = Stream::open(&http.door, None).await;
        fresh.next().await.unwrap();
        let third = http.conversation("Cid", "three").await;
        assert_eq!(fresh.until("message.created").await.data["conversation_id"], third.as_str());
    }
}

testkit::on_both! {
    async fn who_comes_back_after_weeks_is_told_to_read_again(database) {
        let mut http = Http::over(database).await;
        let hello = Stream::open(&http.door, None).await.next().await.unwrap();
        http.conversation("Ana", "one").await;
        http.world.advance(Duration::from_secs(15 * 24 * 3600));
        http.conversation("Bea", "two").await;
        http.door.sign_in(crate::EMAIL, crate::PASSWORD).await.expect(200);
        let began = std::time::Instant::now();
        let (mut stream, first) = loop {
            let mut stream = Stream::open(&http.door, Some(&hello.id)).await;
            let first = stream.next().await.unwrap();
            if first.kind == "resync" {
                break (stream, first);
            }
            assert!(began.elapsed() < Duration::from_secs(30), "the old events are still there");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        assert!(first.data["at"].is_string());
        assert_eq!(stream.next().await.unwrap().kind, "ping");
        // From here on it is a stream as any other, and its ids are good to resume from.
        let third = http.conversation("Cid", "three").await;
        assert_eq!(stream.until("message.created").await.data["conversation_id"], third.as_str());
        let mut resumed = Stream::open(&http.door, Some(&first.id)).await;
        assert_eq!(resumed.next().await.unwrap().kind, "ping");
        assert_eq!(resumed.until("message.created").await.data["conversation_id"], third.as_str());
    }
}

#[tokio::test]
async fn an_id_that_the_stream_never_gave_is_refused() {
    let http = Http::new().await;
    let headers = [("last-event-id", "yesterday")];
    let answer = http.door.call(Method::GET, "/v1/events", &headers, Body::empty()).await;
    answer.problem(400, "invalid", Some("Last-Event-ID"));
    http.door.nobody().get("/v1/events").await.problem(401, "unauthenticated", None);
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let http = Http::new().await;
    let server = server::Server::new(http.world.app.clone(), crate::options_of("http://waypost.test"));
    let mut door = Door::new(server.clone());
    door.sign_in(crate::EMAIL, crate::PASSWORD).await.expect(200);
    door.get("/readyz").await;
    let mut stream = Stream::open(&door, None).await;
    stream.next().await.unwrap();
    server.stop();
    assert!(stream.next().await.is_none());
    door.get("/readyz").await.problem(503, "unavailable", None);
}
