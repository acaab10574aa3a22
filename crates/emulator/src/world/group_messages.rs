//! What becomes of a message to a group: sent once, then delivered to and read by each participant. Statuses of
//! participants that fall together come in one webhook, as the platform's do.

use cloud_api::market::{Date, SERVICE_BILLED_SINCE};
use serde_json::{Value, json};

use super::World;
use super::customer::Customer;
use super::message::{Direction, InGroup, Message, Receipt, State};
use super::schedule::Due;
use crate::clock::unix_seconds;
use crate::config::{Config, LinkMedia};
use crate::control::error::ControlError;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;

/// Statuses that come within this time of the first go out together.
const AGGREGATED_WITHIN_MS: i64 = 1_000;

impl World {
    /// Everybody who is in a group now, as recipients of a message to it.
    pub(crate) fn recipients_in(&self, group_id: &str) -> Option<InGroup> {
        let group = self.groups.get(group_id)?;
        let receipts = group.participants.iter().map(|p| Receipt::new(&p.wa_id)).collect();
        Some(InGroup { id: group_id.to_owned(), receipts })
    }

    /// The group a customer's message says it is for; they must be in it.
    pub(crate) fn group_written_to(
        &self,
        wa_id: &str,
        number: &str,
        body: &Value,
    ) -> Result<Option<String>, ControlError> {
        let Some(id) = body["group_id"].as_str() else { return Ok(None) };
        let group = self.groups.get(id).filter(|group| group.phone_number_id == number);
        let group = group.ok_or_else(|| ControlError::not_found("group", id))?;
        if group.suspended {
            return Err(ControlError::conflict("group_id", "the group is suspended"));
        }
        if !group.has(wa_id) {
            return Err(ControlError::invalid("group_id", "the customer is not in this group"));
        }
        Ok(Some(id.to_owned()))
    }

    /// A participant's reaction shows on its message beside those of the others.
    pub(crate) fn react_in_group(&mut self, reaction: &Message) {
        let part = reaction.body();
        let Some(target) = part["message_id"].as_str().filter(|_| reaction.kind == "reaction") else {
            return;
        };
        let emoji = part["emoji"].as_str().unwrap_or("");
        if let Some(target) = self.messages.get_mut(target).filter(|m| m.group.is_some()) {
            target.react_as(Direction::Inbound, Some(&reaction.wa_id), emoji);
        }
    }

    /// Keeps a message to a group that was accepted and plans what happens to it.
    pub(crate) fn accept_in_group(&mut self, config: &Config, message: Message) {
        let (number, group_id, wamid) =
            (message.phone_number_id.clone(), message.wa_id.clone(), message.wamid.clone());
        let open = self.chat_if_any(&number, &group_id).is_some_and(|chat| chat.window_open(self.now));
        let free_form = !matches!(message.kind.as_str(), "template" | "pin");
        let refused = self.faults.on_send(&group_id).or((free_form && !open).then_some(131_047));
        let link = message.media_part().and_then(|part| part["link"].as_str()).map(str::to_owned);
        self.keep(config, message);
        self.announce("message", &number, &group_id, Some(&wamid));
        match (refused, link) {
            (Some(code), _) => self.plan_failure(config, &wamid, code, None),
            (None, Some(link)) if config.link_media == LinkMedia::Fetch => {
                self.effects.fetches.push((wamid, link))
            }
            (None, _) => self.plan_sent(config, &wamid),
        }
    }

    /// The message leaves: one status for the group. From here on everybody is on their own.
    pub(crate) fn sent_in_group(&mut self, config: &Config, wamid: &str) {
        let now = self.now;
        let Some(message) = self.messages.get_mut(wamid).filter(|m| m.state < State::Sent) else { return };
        message.state = State::Sent;
        message.at.set(State::Sent, now);
        let message = message.clone();
        self.emit_status(config, &message, State::Sent, None);
        self.announce("status", &message.phone_number_id, &message.wa_id, Some(wamid));
        if message.kind == "pin" {
            return self.carry_out_pin(&message);
        }
        self.price_in_group(config, &message);
        let people = message.group.map(|group| group.receipts).unwrap_or_default();
        let people: Vec<String> = people.into_iter().map(|receipt| receipt.wa_id).collect();
        let timing = &config.timing;
        let mut delivered = Vec::new();
        for wa_id in people {
            let mut wait = timing.delivered.sample(&mut self.delays);
            if self.delays.chance(f64::from(timing.offline_percent) / 100.0) {
                wait += timing.offline.sample(&mut self.delays);
            }
            delivered.push((wait, wa_id));
        }
        self.plan_in_group(wamid, State::Delivered, delivered);
    }

    fn carry_out_pin(&mut self, message: &Message) {
        let now = self.now;
        let part = message.body();
        let target = part["message_id"].as_str().unwrap_or("");
        let Some(group) = self.groups.get_mut(&message.wa_id) else { return };
        match part["expiration_days"].as_i64() {
            Some(days) if part["type"] == "pin" => group.pin(target, now, now + days * super::account::DAY),
            _ => group.unpin(target),
        }
    }

    fn plan_in_group(&mut self, wamid: &str, state: State, waits: Vec<(i64, String)>) {
        for (wait, participants) in together(waits) {
            let due = Due::GroupStep { wamid: wamid.to_owned(), state, participants };
            self.schedule.add(self.now + wait, due);
        }
    }

    /// A message reaches its next state with some participants.
    pub(crate) fn step_in_group(&mut self, config: &Config, wamid: &str, state: State, people: &[String]) {
        let now = self.now;
        let Some(mut message) = self.messages.get(wamid).filter(|m| m.state != State::Failed).cloned() else {
            return;
        };
        let Some(in_group) = &mut message.group else { return };
        let Some(group) = self.groups.get(&in_group.id) else { return };
        let mut reached = Vec::new();
        for receipt in in_group.receipts.iter_mut().filter(|r| people.contains(&r.wa_id)) {
            // Whoever has left before it arrived doesn't get it.
            if receipt.state < state && (receipt.state >= State::Delivered || group.has(&receipt.wa_id)) {
                let pricing = receipt.pricing.take();
                receipt.state = state;
                receipt.at.set(state, now);
                reached.push((receipt.wa_id.clone(), pricing));
            }
        }
        if reached.is_empty() {
            return;
        }
        message.state = message.state.max(state);
        message.at.set(state, now);
        self.messages.insert(wamid.to_owned(), message.clone());
        self.emit_statuses(config, &message, state, &reached);
        for (wa_id, pricing) in &reached {
            if let Some(pricing) = pricing {
                self.book_in_group(&message, wa_id, pricing);
            }
        }
        self.announce("status", &message.phone_number_id, &message.wa_id, Some(wamid));
        let people: Vec<String> = reached.into_iter().map(|(wa_id, _)| wa_id).collect();
        match state {
            State::Delivered => self.delivered_in_group(config, &message, people),
            State::Read => self.read_in_group(config, &message, people),
            _ => {}
        }
    }

    fn delivered_in_group(&mut self, config: &Config, message: &Message, people: Vec<String>) {
        let mut reading = Vec::new();
        for wa_id in people {
            let by_itself = self.customers.get(&wa_id).is_none_or(|customer| customer.auto_read);
            if by_itself && !self.delays.chance(f64::from(config.timing.unread_percent) / 100.0) {
                reading.push((config.timing.read.sample(&mut self.delays), wa_id.clone()));
            }
            let group = self.groups.get_mut(&message.wa_id);
            if let Some(participant) = group.and_then(|group| group.participant(&wa_id)) {
                participant.unread.push(message.wamid.clone());
            }
        }
        self.plan_in_group(&message.wamid, State::Read, reading);
    }

    fn read_in_group(&mut self, config: &Config, message: &Message, people: Vec<String>) {
        let voice = message.kind == "audio" && message.body()["voice"] == true;
        let mut playing = Vec::new();
        for wa_id in people {
            let group = self.groups.get_mut(&message.wa_id);
            if let Some(participant) = group.and_then(|group| group.participant(&wa_id)) {
                participant.unread.retain(|id| *id != message.wamid);
            }
            if voice {
                playing.push((config.timing.played.sample(&mut self.delays), wa_id));
            }
        }
        self.plan_in_group(&message.wamid, State::Played, playing);
    }

    /// A participant reads all that the phone shows of a group; how many messages that were.
    pub(crate) fn read_group(&mut self, config: &Config, group_id: &str, wa_id: &str) -> usize {
        let group = self.groups.get_mut(group_id);
        let unread = group.and_then(|g| g.participant(wa_id)).map(|p| std::mem::take(&mut p.unread));
        let unread = unread.unwrap_or_default();
        for wamid in &unread {
            self.step_in_group(config, wamid, State::Read, &[wa_id.to_owned()]);
        }
        unread.len()
    }

    /// One webhook with a status for each participant.
    fn emit_statuses(
        &mut self,
        config: &Config,
        message: &Message,
        state: State,
        reached: &[(String, Option<Value>)],
    ) {
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let mut value = body::value(number);
        let entry_id = number.waba_id.clone();
        let people = || reached.iter().filter_map(|(id, price)| Some((self.customers.get(id)?, price)));
        let contact = |customer| self.contact_json(&message.phone_number_id, customer, false);
        let contacts: Vec<Value> = people().map(|(customer, _)| contact(customer)).collect();
        let statuses: Vec<Value> = people()
            .map(|(customer, price)| self.participant_status(message, state, customer, price))
            .collect();
        value["contacts"] = Value::from(contacts);
        value["statuses"] = Value::from(statuses);
        let notice = Notice {
            entry_id,
            phone_number_id: Some(message.phone_number_id.clone()),
            field: "messages",
            kind: "status",
            wamid: Some(message.wamid.clone()),
            wa_id: message.wa_id.clone(),
            value,
        };
        self.notify(config, notice);
    }

    fn participant_status(
        &self,
        message: &Message,
        state: State,
        customer: &Customer,
        pricing: &Option<Value>,
    ) -> Value {
        let mut status = json!({
            "id": message.wamid, "status": state.name(), "timestamp": unix_seconds(self.now),
            "recipient_id": message.wa_id, "recipient_type": "group",
            "recipient_participant_user_id": self.user_id(&message.phone_number_id, customer),
        });
        if self.phone_shown(&message.phone_number_id, customer) {
            status[self.open.group_participant_key.name()] = Value::from(customer.wa_id.as_str());
        }
        if let Some(data) = &message.callback_data {
            status["biz_opaque_callback_data"] = Value::from(data.as_str());
        }
        if let Some(pricing) = pricing {
            status["pricing"] = pricing.clone();
        }
        status
    }

    /// Every recipient is a charge of its own; it is told when the message reaches them.
    fn price_in_group(&mut self, config: &Config, message: &Message) {
        let category = match &message.rendered {
            Some(rendered) => rendered["category"].as_str().unwrap_or("utility").to_ascii_lowercase(),
            None => "service".to_owned(),
        };
        let number = message.phone_number_id.as_str();
        let open = self.chat_if_any(number, &message.wa_id).is_some_and(|chat| chat.window_open(self.now));
        let billed = Date::from_unix(self.now.div_euclid(1_000), 0) >= SERVICE_BILLED_SINCE;
        let recipients = message.group.as_ref().map_or(0, |group| group.receipts.len());
        let mut prices = Vec::new();
        for _ in 0..recipients {
            let free = match category.as_str() {
                "service" if billed => {
                    self.service_messages(number) < u64::from(config.free_service_messages)
                }
                "service" => true,
                "utility" => !billed && open,
                _ => false,
            };
            let kind = if free { "free_group_customer_service" } else { "regular" };
            prices.push(json!({
                "billable": !free, "pricing_model": "PMP", "type": kind, "category": format!("group_{category}"),
            }));
        }
        let kept = self.messages.get_mut(&message.wamid).and_then(|m| m.group.as_mut());
        for (receipt, price) in kept.into_iter().flat_map(|group| &mut group.receipts).zip(prices) {
            receipt.pricing = Some(price);
        }
    }
}

/// Puts what falls close together into one: everybody at the moment of the last of them.
fn together(mut waits: Vec<(i64, String)>) -> Vec<(i64, Vec<String>)> {
    waits.sort_by_key(|(wait, _)| *wait);
    let mut out: Vec<(i64, i64, Vec<String>)> = Vec::new();
    for (wait, wa_id) in waits {
        match out.last_mut() {
            Some((first, last, people)) if wait - *first <= AGGREGATED_WITHIN_MS => {
                *last = wait;
                people.push(wa_id);
            }
            _ => out.push((wait, wait, vec![wa_id])),
        }
    }
    out.into_iter().map(|(_, last, people)| (last, people)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_within_a_second_goes_together() {
        let waits = [(2_500, "c"), (150, "a"), (900, "b")].map(|(wait, who)| (wait, who.to_owned()));
        let got = together(waits.to_vec());
        assert_eq!(got, [(900, vec!["a".to_owned(), "b".to_owned()]), (2_500, vec!["c".to_owned()])]);
    }
}
