//! What becomes of a message that was accepted: sent, delivered, read and played, or failed.

use serde_json::Value;

use crate::config::{Config, LinkMedia};
use crate::graph::error;
use crate::world::World;
use crate::world::message::{Direction, Message, State};
use crate::world::policy::Failure;
use crate::world::schedule::Due;

/// How soon a message is read when its chat is on the customer's screen.
const OPEN_CHAT_READS_MS: i64 = 300;

impl World {
    /// Keeps a message that was accepted and plans what happens to it.
    pub(crate) fn accept(&mut self, config: &Config, mut message: Message) {
        let wamid = message.wamid.clone();
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        let held = message.template.as_ref().filter(|used| used.held).map(|used| used.id.clone());
        let verdict = if held.is_none() { self.verdict(config, &message) } else { None };
        let code = verdict.as_ref().map_or(0, |(code, _)| *code);
        message.recovers = matches!(code, 131_000 | 131_026) && self.could_arrive(config, &message);
        self.answer_entry_point(&number, &wa_id);
        let link = message.media_part().and_then(|part| part["link"].as_str()).map(str::to_owned);
        self.chat(&number, &wa_id).typing_until = 0;
        self.keep(config, message);
        self.announce("message", &number, &wa_id, Some(&wamid));
        match held {
            Some(template) => self.hold(&template, &wamid),
            None => self.dispatch(config, &wamid, verdict, link),
        }
    }

    fn dispatch(&mut self, config: &Config, wamid: &str, verdict: Failure, link: Option<String>) {
        match (verdict, link) {
            (Some((code, details)), _) => self.plan_failure(config, wamid, code, details),
            (None, Some(link)) if config.link_media == LinkMedia::Fetch => {
                self.effects.fetches.push((wamid.to_owned(), link))
            }
            (None, _) => self.plan_sent(config, wamid),
        }
    }

    /// A message that was kept back goes its way; what stands against it is judged now.
    pub(crate) fn let_go(&mut self, config: &Config, wamid: &str) {
        let Some(message) = self.messages.get_mut(wamid) else { return };
        if let Some(used) = &mut message.template {
            used.held = false;
        }
        let message = message.clone();
        let verdict = self.verdict(config, &message);
        let link = message.media_part().and_then(|part| part["link"].as_str()).map(str::to_owned);
        self.dispatch(config, wamid, verdict, link);
    }

    pub(crate) fn plan_sent(&mut self, config: &Config, wamid: &str) {
        let at = self.now + config.timing.sent.sample(&mut self.delays);
        self.schedule.add(at, Due::Step { wamid: wamid.to_owned(), state: State::Sent });
    }

    pub(crate) fn plan_failure(&mut self, config: &Config, wamid: &str, code: i64, details: Option<String>) {
        let at = self.now + config.timing.failed.sample(&mut self.delays);
        self.schedule.add(at, Due::Fail { wamid: wamid.to_owned(), code, details });
    }

    /// Moves a message on and reports it. A state that was already passed is ignored: it never goes back.
    pub(crate) fn step(&mut self, config: &Config, wamid: &str, state: State) {
        let now = self.now;
        let Some(message) = self.messages.get_mut(wamid) else { return };
        // A failure is the end of most messages; a state that arrives all the same overrides it.
        let recovers = message.state == State::Failed && state == State::Delivered && message.recovers;
        if message.direction == Direction::Inbound || (message.state >= state && !recovers) {
            return;
        }
        if message.group.is_some() {
            return self.sent_in_group(config, wamid);
        }
        if state >= State::Delivered && message.expired(now) {
            // The time to live is over: nothing is delivered, and nothing is said.
            return;
        }
        message.state = state;
        message.at.set(state, now);
        let pricing = self.pricing_for(config, wamid, state);
        let Some(message) = self.messages.get(wamid).cloned() else { return };
        self.count_step(&message, state);
        self.emit_status(config, &message, state, pricing.as_ref());
        self.announce("status", &message.phone_number_id, &message.wa_id, Some(wamid));
        match state {
            State::Sent => self.after_sent(config, &message),
            State::Delivered => self.after_delivered(config, &message),
            State::Read => self.after_read(config, &message),
            State::Accepted | State::Played | State::Failed => {}
        }
    }

    fn after_sent(&mut self, config: &Config, message: &Message) {
        if message.kind == "reaction" {
            // Reactions only ever report `sent`; the phone shows them at once.
            let (target, emoji) = (message.body()["message_id"].as_str(), message.body()["emoji"].as_str());
            if let Some(target) = target.and_then(|id| self.messages.get_mut(id)) {
                target.react(Direction::Outbound, emoji.unwrap_or(""));
            }
            return;
        }
        let timing = &config.timing;
        let mut at = self.now + timing.delivered.sample(&mut self.delays);
        if self.percent(timing.offline_percent) {
            at += timing.offline.sample(&mut self.delays);
        }
        let back_at = self.customers.get(&message.wa_id).and_then(|customer| customer.offline_until);
        at = at.max(back_at.unwrap_or(0));
        let skipped = self.percent(timing.skip_delivered_percent) && self.reads_by_itself(message);
        let state = if skipped { State::Read } else { State::Delivered };
        self.schedule.add(at, Due::Step { wamid: message.wamid.clone(), state });
    }

    fn after_delivered(&mut self, config: &Config, message: &Message) {
        self.heard(message);
        let now = self.now;
        let chat = self.chat(&message.phone_number_id, &message.wa_id);
        chat.unread.push(message.wamid.clone());
        let open = chat.open_until > now;
        let wait = if open {
            OPEN_CHAT_READS_MS.min(config.timing.read.sample(&mut self.delays))
        } else if self.reads_by_itself(message) && !self.percent(config.timing.unread_percent) {
            config.timing.read.sample(&mut self.delays)
        } else {
            return;
        };
        let due = Due::Step { wamid: message.wamid.clone(), state: State::Read };
        self.schedule.add(self.now + wait, due);
    }

    fn after_read(&mut self, config: &Config, message: &Message) {
        if message.at.delivered.is_none() {
            self.heard(message);
        }
        let chat = self.chat(&message.phone_number_id, &message.wa_id);
        chat.unread.retain(|id| *id != message.wamid);
        if message.kind == "audio" && message.body()["voice"] == true {
            let at = self.now + config.timing.played.sample(&mut self.delays);
            self.schedule.add(at, Due::Step { wamid: message.wamid.clone(), state: State::Played });
        }
    }

    fn reads_by_itself(&self, message: &Message) -> bool {
        self.customers.get(&message.wa_id).is_none_or(|c| c.auto_read)
    }

    fn percent(&mut self, percent: u8) -> bool {
        self.delays.chance(f64::from(percent) / 100.0)
    }

    /// The customer reads all that the phone shows of this chat; how many messages that were.
    pub(crate) fn read_all(&mut self, config: &Config, phone_number_id: &str, wa_id: &str) -> usize {
        let unread = std::mem::take(&mut self.chat(phone_number_id, wa_id).unread);
        for wamid in &unread {
            self.step(config, wamid, State::Read);
        }
        unread.len()
    }

    /// Fails a message unless it has already arrived.
    pub(crate) fn fail(&mut self, config: &Config, wamid: &str, code: i64, details: Option<String>) {
        let now = self.now;
        let Some(message) = self.messages.get_mut(wamid) else { return };
        if message.state >= State::Delivered {
            return;
        }
        message.state = State::Failed;
        message.at.set(State::Failed, now);
        message.error = Some(error::webhook_error(code, details));
        let message = message.clone();
        self.emit_status(config, &message, State::Failed, None);
        self.announce("status", &message.phone_number_id, &message.wa_id, Some(wamid));
        self.deliver_after_all(config, &message);
    }

    /// Whether nothing but a fault keeps a message from the person.
    fn could_arrive(&self, config: &Config, message: &Message) -> bool {
        self.unreachable(config, message).is_none()
            && self.standing_verdict(message).is_none()
            && (message.template.is_some() || self.window_open(message))
    }

    /// One of the person's devices could not take the message, another one does.
    fn deliver_after_all(&mut self, config: &Config, message: &Message) {
        if self.open.delivered_after_failed && message.recovers {
            let at = self.now + config.timing.delivered.sample(&mut self.delays);
            self.schedule.add(at, Due::Step { wamid: message.wamid.clone(), state: State::Delivered });
        }
    }

    /// `pricing` is on `sent`, and on `delivered` or (when that was skipped) `read`.
    fn pricing_for(&mut self, config: &Config, wamid: &str, state: State) -> Option<Value> {
        if state == State::Sent || self.messages.get(wamid).is_some_and(|m| m.recovers && m.price.is_none()) {
            let price = self.price(config, wamid);
            self.messages.get_mut(wamid)?.price = price;
        }
        let message = self.messages.get_mut(wamid)?;
        match state {
            State::Sent => message.price.as_ref().map(|price| price.webhook.clone()),
            State::Delivered | State::Read if !message.priced => {
                message.priced = true;
                let message = message.clone();
                self.book(&message);
                message.price.map(|price| price.webhook)
            }
            _ => None,
        }
    }
}
