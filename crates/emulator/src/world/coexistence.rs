//! Numbers that stay in use in the WhatsApp Business app: what is written there is echoed, and once, within a day of
//! joining, the phone book and the chats of the last half year can be had.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;
use super::account::DAY;
use super::message::{Addressed, Direction, Marks, Message, Moments, State};
use super::schedule::Due;
use crate::config::Config;
use crate::graph::error::GraphError;
use crate::wamid;

/// Messages per second of a number that is also in the app.
const THROUGHPUT: u32 = 20;
/// Chats further back are not shared.
const HISTORY_DAYS: i64 = 180;
/// Files of older messages are not shared.
const MEDIA_DAYS: i64 = 14;
/// First day of each phase, counted back: today, three months, the rest.
const PHASES: [i64; 3] = [0, 1, 90];
const MESSAGES_IN_A_CHUNK: usize = 100;
const CONTACTS_IN_A_CHUNK: usize = 100;
/// From one part to the next.
const BETWEEN_PARTS_MS: i64 = 1_000;

/// All numbers that are also in the app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Coexistence {
    /// By phone number id.
    pub numbers: BTreeMap<String, OnApp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OnApp {
    /// When it joined the Cloud API.
    pub since: i64,
    /// Whether its owner lets chats from before be shared.
    pub shares_history: bool,
    pub contacts_asked: bool,
    pub history_asked: bool,
    /// What it could send before.
    pub mps_before: u32,
    /// Names in the app's phone book, by `wa_id`.
    pub book: BTreeMap<String, String>,
}

/// What can be synchronised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SyncKind {
    Contacts,
    History,
}

/// A part of what is synchronised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum SyncWork {
    Contacts { wa_ids: Vec<String> },
    History { wamids: Vec<String>, phase: usize, chunk_order: usize, progress: usize },
    Media { wamid: String },
    Declined,
}

impl Coexistence {
    pub(crate) fn is_on_app(&self, phone_number_id: &str) -> bool {
        self.numbers.contains_key(phone_number_id)
    }
}

impl World {
    /// Puts a number into the app as well, or takes it out.
    pub(crate) fn set_on_app(&mut self, phone_number_id: &str, on: bool) {
        let now = self.now;
        let Some(number) = self.numbers.get_mut(phone_number_id) else { return };
        if on && !self.coexistence.numbers.contains_key(phone_number_id) {
            let entry = OnApp {
                since: now,
                shares_history: true,
                contacts_asked: false,
                history_asked: false,
                mps_before: number.throughput_mps,
                book: BTreeMap::new(),
            };
            number.throughput_mps = THROUGHPUT;
            self.coexistence.numbers.insert(phone_number_id.to_owned(), entry);
        } else if !on && let Some(gone) = self.coexistence.numbers.remove(phone_number_id) {
            number.throughput_mps = gone.mps_before;
        }
    }

    /// Begins a synchronisation; the id of the request.
    ///
    /// Refused for a number that isn't in the app, the second time (2593107), and a day after joining (2593108).
    pub(crate) fn start_sync(&mut self, phone_number_id: &str, kind: SyncKind) -> Result<String, GraphError> {
        let now = self.now;
        let on_app = self.coexistence.numbers.get_mut(phone_number_id).ok_or_else(|| {
            GraphError::parameter("The phone number is not in use in the WhatsApp Business app")
        })?;
        let asked = match kind {
            SyncKind::Contacts => &mut on_app.contacts_asked,
            SyncKind::History => &mut on_app.history_asked,
        };
        if *asked {
            return Err(GraphError::parameter("The synchronization was requested already").subcode(2_593_107));
        }
        if now - on_app.since > DAY {
            let why = "The synchronization must be requested within 24 hours of onboarding";
            return Err(GraphError::parameter(why).subcode(2_593_108));
        }
        *asked = true;
        let (shares, since) = (on_app.shares_history, on_app.since);
        let parts = match kind {
            SyncKind::Contacts => self.contact_parts(phone_number_id),
            SyncKind::History if shares => self.history_parts(phone_number_id, since),
            SyncKind::History => vec![SyncWork::Declined],
        };
        let mut at = now;
        for work in parts {
            at += BETWEEN_PARTS_MS;
            self.schedule.add(at, Due::Sync { phone_number_id: phone_number_id.to_owned(), work });
        }
        self.changes += 1;
        Ok(self.ids.hex_upper(32))
    }

    /// Everybody the number has a chat with, and whoever else is in the app's phone book.
    fn contact_parts(&self, number: &str) -> Vec<SyncWork> {
        let chats = self.chats.get(number).into_iter().flat_map(|chats| chats.keys());
        let book = self.coexistence.numbers.get(number).into_iter().flat_map(|on_app| on_app.book.keys());
        let mut people: Vec<String> =
            chats.chain(book).filter(|wa_id| self.customers.contains_key(*wa_id)).cloned().collect();
        people.sort();
        people.dedup();
        people.chunks(CONTACTS_IN_A_CHUNK).map(|c| SyncWork::Contacts { wa_ids: c.to_vec() }).collect()
    }

    /// The chats from before, the newest phase first, then the files.
    fn history_parts(&self, number: &str, since: i64) -> Vec<SyncWork> {
        let days = |message: &Message| (since - written_at(message)).div_euclid(DAY);
        let chats = self.chats.get(number).into_iter().flat_map(|chats| chats.values());
        let shared: Vec<&Message> = chats
            .flat_map(|chat| chat.messages.iter().filter_map(|id| self.messages.get(id)))
            .filter(|m| m.group.is_none() && m.kind != "reaction" && m.marks.revoked_at.is_none())
            .filter(|m| (0..HISTORY_DAYS).contains(&days(m)) && written_at(m) < since)
            .collect();
        let phase = |m: &Message| PHASES.iter().rposition(|first| days(m) >= *first).unwrap_or(0);
        let mut chunks: Vec<(usize, Vec<String>)> = Vec::new();
        for number in 0..PHASES.len() {
            let of: Vec<String> =
                shared.iter().filter(|m| phase(m) == number).map(|m| m.wamid.clone()).collect();
            chunks.extend(of.chunks(MESSAGES_IN_A_CHUNK).map(|chunk| (number, chunk.to_vec())));
        }
        if chunks.is_empty() {
            chunks.push((0, Vec::new()));
        }
        let total = chunks.len();
        let texts = chunks.into_iter().enumerate().map(|(at, (phase, wamids))| SyncWork::History {
            wamids,
            phase,
            chunk_order: at + 1,
            progress: (at + 1) * 100 / total,
        });
        let files = shared.iter().filter(|m| m.media_id.is_some() && days(m) < MEDIA_DAYS);
        let files = files.map(|m| SyncWork::Media { wamid: m.wamid.clone() });
        texts.chain(files).collect()
    }

    /// A message of the business that no app sent.
    pub(crate) fn outbound_message(&mut self, number: &str, wa_id: &str, content: Value) -> Message {
        let kind = content["type"].as_str().unwrap_or("text").to_owned();
        Message {
            wamid: wamid::new(&mut self.ids, wa_id, true),
            phone_number_id: number.to_owned(),
            wa_id: wa_id.to_owned(),
            direction: Direction::Outbound,
            context: None,
            callback_data: None,
            addressed: Some(Addressed { input: wa_id.to_owned(), by_phone: true }),
            state: State::Accepted,
            at: Moments { accepted: Some(self.now), ..Moments::default() },
            error: None,
            price: None,
            priced: false,
            reactions: Vec::new(),
            rendered: None,
            media_id: content[kind.as_str()]["id"].as_str().map(str::to_owned),
            expires_at: None,
            template: None,
            group: None,
            marks: Marks::default(),
            recovers: false,
            kind,
            content,
        }
    }

    /// The business writes in the app on its phone: echoed, free, and opening nothing.
    pub(crate) fn write_in_app(&mut self, config: &Config, mut message: Message) -> String {
        message.marks.from_app = true;
        let (number, wa_id, wamid) =
            (message.phone_number_id.clone(), message.wa_id.clone(), message.wamid.clone());
        let blocked = self.customers.get(&wa_id).is_some_and(|customer| customer.blocked.contains(&number));
        self.phone_met(&number, &wa_id);
        let echo = self.written(&message);
        self.keep(config, message);
        self.announce("message", &number, &wa_id, Some(&wamid));
        self.emit_app_echo(config, &number, &wa_id, &wamid, echo);
        if !blocked {
            self.schedule.add(self.now, Due::Step { wamid: wamid.clone(), state: State::Sent });
        }
        wamid
    }

    /// Keeps a message of the past where it belongs in its chat.
    pub(crate) fn keep_past(&mut self, config: &Config, message: Message) {
        let (number, key, wamid) =
            (message.phone_number_id.clone(), message.chat_key().to_owned(), message.wamid.clone());
        let at = written_at(&message);
        let after = |world: &Self, id: &String| world.messages.get(id).is_some_and(|m| written_at(m) > at);
        let place = self.order.iter().position(|id| after(self, id));
        let chat = self.chat_if_any(&number, &key);
        let in_chat = chat.and_then(|chat| chat.messages.iter().position(|id| after(self, id)));
        self.keep(config, message);
        if let Some(place) = place
            && self.order.pop_back().is_some()
        {
            self.order.insert(place.min(self.order.len()), wamid.clone());
        }
        let chat = self.chat(&number, &key);
        if let Some(place) = in_chat
            && chat.messages.pop_back().is_some()
        {
            chat.messages.insert(place.min(chat.messages.len()), wamid);
        }
    }
}

/// When a message was written.
pub(crate) fn written_at(message: &Message) -> i64 {
    message.at.accepted.or(message.at.sent).unwrap_or(0)
}
