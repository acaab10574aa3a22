//! Live events, as a screen reads them.

use crate::waypost::Api;
use serde_json::Value;
use std::time::Duration;

/// How long the next event may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Live {
    answer: reqwest::Response,
    text: String,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub kind: String,
    pub id: String,
    pub data: Value,
}

impl Live {
    /// The events after one, or from now on.
    pub async fn open(api: &Api, last: Option<&str>) -> Self {
        Self { answer: api.live(last).await, text: String::new() }
    }

    /// The next event that isn't a sign of life.
    pub async fn next(&mut self) -> Event {
        loop {
            while let Some((frame, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
                    line.trim_start().to_owned()
                };
                let data = serde_json::from_str(&field("data:")).unwrap_or_default();
                let event = Event { kind: field("event:"), id: field("id:"), data };
                self.text = rest.to_owned();
                if event.kind != "ping" {
                    return event;
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
            let chunk = chunk.expect("an event in time").unwrap().expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
