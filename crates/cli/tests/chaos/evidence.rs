//! What the three sides say in the end: who brought and asked, the phones, and Waypost.

use crate::{cluster::Api, inbound::Brought, outbound::Enqueued, platform::Platform, watch::Seen};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tokio::task::JoinSet;

/// A message as Waypost keeps it.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub id: String,
    pub conversation: String,
    pub inbound: bool,
    pub text: String,
    pub state: String,
    /// The states that were reported, in the order in which they were written down.
    pub story: Vec<String>,
}

/// A message that the platform took from us.
#[derive(Debug, Clone, Default)]
pub struct OnPhone {
    /// Our id, as it came along.
    pub id: String,
    pub wa_id: String,
    pub state: String,
}

/// How sends of unknown outcome ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknowns {
    pub settled_by: String,
    pub sent_again: bool,
    pub count: u64,
}

#[derive(Debug, Default)]
pub struct Evidence {
    pub brought: Brought,
    /// Posts that were answered with 200.
    pub acknowledged: u64,
    /// What people wrote on their phones.
    pub written: Vec<String>,
    pub enqueued: Vec<Enqueued>,
    /// Sends that were refused for good.
    pub refused: Vec<String>,
    pub seen: Seen,
    /// Deliveries that Waypost keeps, by state.
    pub deliveries: BTreeMap<String, u64>,
    /// Oldest first.
    pub messages: Vec<Kept>,
    /// In the order in which the platform took them.
    pub phones: Vec<OnPhone>,
    pub unknowns: Vec<Unknowns>,
}

impl Evidence {
    /// Asks Waypost and the phones.
    pub async fn gather(mut self, api: &Api, platform: &Platform) -> Self {
        for delivery in api.all("/v1/deliveries").await {
            *self.deliveries.entry(text(&delivery["state"])).or_default() += 1;
        }
        self.messages = api.all("/v1/messages").await.iter().map(kept).collect();
        self.messages.reverse();
        self.tell_stories(api).await;
        self.phones = platform.taken().iter().map(on_phone).collect();
        self.unknowns = crate::until("metrics", Duration::from_secs(30), async || unknowns(api).await).await;
        self
    }

    /// The story of every message of ours is asked for one by one, a few at a time.
    async fn tell_stories(&mut self, api: &Api) {
        let mut asked = JoinSet::new();
        let ours: Vec<usize> = (0..self.messages.len()).filter(|i| !self.messages[*i].inbound).collect();
        let shares = ours.chunks(ours.len() / 16 + 1).map(<[usize]>::to_vec);
        for share in shares {
            let api = api.clone();
            let share: Vec<_> = share.into_iter().map(|i| (i, self.messages[i].id.clone())).collect();
            asked.spawn(async move {
                let mut stories = Vec::new();
                for (i, id) in share {
                    let found = api.sure(&format!("/v1/messages/{id}")).await;
                    let lines = found["transitions"].as_array().into_iter().flatten();
                    stories.push((i, lines.map(|line| text(&line["state"])).collect()));
                }
                stories
            });
        }
        while let Some(stories) = asked.join_next().await {
            for (i, story) in stories.unwrap() {
                self.messages[i].story = story;
            }
        }
    }
}

/// How unknown outcomes ended, by `/metrics`.
pub async fn unknowns(api: &Api) -> Option<Vec<Unknowns>> {
    let all = api.metrics().await?;
    let ours = all.iter().filter_map(|(name, value)| {
        let labels = name.strip_prefix("waypost_unknown_outcomes{")?;
        let settled_by = labels.split("settled_by=\"").nth(1)?.split('"').next()?;
        let sent_again = labels.contains("sent_again=\"true\"");
        Some(Unknowns { settled_by: settled_by.into(), sent_again, count: *value as u64 })
    });
    Some(ours.filter(|unknowns| unknowns.count > 0).collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The text of a message, or of its template.
fn body(content: &Value) -> String {
    match content["type"].as_str() {
        Some("template") => text(&content["template"]["components"][0]["parameters"][1]["text"]),
        _ => text(&content["text"]["body"]),
    }
}

fn kept(message: &Value) -> Kept {
    Kept {
        id: text(&message["id"]),
        conversation: text(&message["conversation_id"]),
        inbound: message["direction"] == "inbound",
        text: body(&message["content"]),
        state: text(&message["state"]),
        story: Vec::new(),
    }
}

fn on_phone(message: &Value) -> OnPhone {
    OnPhone {
        id: text(&message["biz_opaque_callback_data"]),
        wa_id: text(&message["wa_id"]),
        state: text(&message["state"]),
    }
}
