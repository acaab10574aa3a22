//! Who a person is to a business: numbers change, identity keys change, portfolios share ids; and why somebody can't be
//! reached by that.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::World;
use super::customer::{Customer, parent_id, user_id};
use super::message::Message;
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::dice::fnv;
use crate::wamid;

impl Customer {
    /// The hash of the identity key, as webhooks carry it.
    pub(crate) fn identity_hash(&self) -> String {
        STANDARD.encode(fnv(format!("identity:{}:{}", self.wa_id, self.identity.0).as_bytes()).to_be_bytes())
    }
}

/// How a portfolio knew somebody before.
struct Before {
    phone_shown: bool,
    user_id: String,
    parent_id: Option<String>,
}

impl World {
    /// Puts a portfolio into a parent account: its people get ids that all portfolios of the account share.
    pub(crate) fn enroll(&mut self, config: &Config, business_id: &str, parent: Option<String>) {
        let Some(business) = self.businesses.get_mut(business_id) else { return };
        business.facts.parent.clone_from(&parent);
        let Some(parent) = parent else { return };
        for customer in self.customers.values_mut() {
            let id = parent_id(config, &parent, &customer.wa_id, customer.generation);
            self.user_ids.insert(id.clone(), (parent.clone(), customer.wa_id.clone()));
            customer.parent_ids.insert(parent.clone(), id);
        }
    }

    /// A person takes another phone number: the chats stay, every user id is new, and the numbers they write with are
    /// told. The caller has made sure that nobody has the number.
    pub(crate) fn change_number(&mut self, config: &Config, old: &str, new: &str) {
        let Some(before) = self.customers.get(old).cloned() else { return };
        let numbers: Vec<(String, Before)> = self
            .numbers_of(old)
            .into_iter()
            .map(|id| {
                let known = Before {
                    phone_shown: self.phone_shown(&id, &before),
                    user_id: self.user_id(&id, &before).to_owned(),
                    parent_id: self.parent_user_id(&id, &before).map(str::to_owned),
                };
                (id, known)
            })
            .collect();
        self.move_customer(config, &before, new);
        for (id, known) in numbers {
            self.tell_of_new_number(config, &id, old, new, &known);
        }
        self.announce("customer", "", old, None);
        self.announce("customer", "", new, None);
    }

    /// Numbers that have a chat with somebody and hear of them.
    fn numbers_of(&self, wa_id: &str) -> Vec<String> {
        let chats = self.chats.iter().filter(|(_, chats)| chats.contains_key(wa_id)).map(|(id, _)| id);
        chats.filter(|id| self.numbers.get(*id).is_some_and(|n| !n.has_blocked(wa_id))).cloned().collect()
    }

    fn move_customer(&mut self, config: &Config, before: &Customer, new: &str) {
        let old = before.wa_id.as_str();
        let mut customer = before.clone();
        self.customers.remove(old);
        for (owner, id) in before.user_ids.iter().chain(&before.parent_ids) {
            self.user_ids.remove(id);
            self.registry.former_ids.insert(id.clone(), (owner.clone(), old.to_owned()));
        }
        self.registry.former_numbers.insert(old.to_owned());
        self.registry.former_numbers.remove(new);
        customer.wa_id = new.to_owned();
        customer.generation += 1;
        for (business, id) in &mut customer.user_ids {
            *id = user_id(config, business, new, customer.generation);
            self.user_ids.insert(id.clone(), (business.clone(), new.to_owned()));
        }
        for (parent, id) in &mut customer.parent_ids {
            *id = parent_id(config, parent, new, customer.generation);
            self.user_ids.insert(id.clone(), (parent.clone(), new.to_owned()));
        }
        for chats in self.chats.values_mut() {
            if let Some(chat) = chats.remove(old) {
                chats.insert(new.to_owned(), chat);
            }
        }
        for message in self.messages.values_mut().filter(|message| message.wa_id == old) {
            message.wa_id = new.to_owned();
        }
        self.rename_elsewhere(old, new);
        self.customers.insert(new.to_owned(), customer);
    }

    /// Groups, permissions to call, threads and phone books know a person by the number.
    fn rename_elsewhere(&mut self, old: &str, new: &str) {
        for group in self.groups.all.values_mut() {
            let people = group.participants.iter_mut().map(|p| &mut p.wa_id);
            for wa_id in people.chain(group.requests.iter_mut().map(|r| &mut r.wa_id)) {
                if wa_id == old {
                    new.clone_into(wa_id);
                }
            }
        }
        for permits in self.calls.permits.values_mut() {
            if let Some(permit) = permits.remove(old) {
                permits.insert(new.to_owned(), permit);
            }
        }
        for desk in self.routing.numbers.values_mut() {
            if let Some(thread) = desk.threads.remove(old) {
                desk.threads.insert(new.to_owned(), thread);
            }
        }
        for on_app in self.coexistence.numbers.values_mut() {
            if let Some(name) = on_app.book.remove(old) {
                on_app.book.insert(new.to_owned(), name);
            }
        }
    }

    fn tell_of_new_number(
        &mut self,
        config: &Config,
        number_id: &str,
        old: &str,
        new: &str,
        before: &Before,
    ) {
        let Some(customer) = self.customers.get(new).cloned() else { return };
        let now_id = self.user_id(number_id, &customer).to_owned();
        let mut system = json!({ "user_id": now_id, "previous_user_id": before.user_id });
        let mut message = json!({ "type": "system" });
        let (from, to) = if before.phone_shown {
            system["type"] = Value::from("user_changed_number");
            system["wa_id"] = Value::from(new);
            message["from"] = Value::from(old);
            (old, new)
        } else {
            system["type"] = Value::from("user_changed_user_id");
            message["from_user_id"] = Value::from(before.user_id.as_str());
            (before.user_id.as_str(), now_id.as_str())
        };
        system["body"] = Value::from(format!("User {} changed from {from} to {to}", customer.name));
        if let (Some(parent), Some(previous)) = (self.parent_user_id(number_id, &customer), &before.parent_id)
        {
            system["parent_user_id"] = Value::from(parent);
            system["previous_parent_user_id"] = Value::from(previous.as_str());
        }
        message["system"] = system;
        self.emit_system(config, number_id, new, None, message);
        if self.open.user_id_update {
            self.emit_user_id_update(config, number_id, &customer, before);
        }
    }

    /// The field that Meta documented for this until August 2026.
    fn emit_user_id_update(
        &mut self,
        config: &Config,
        number_id: &str,
        customer: &Customer,
        before: &Before,
    ) {
        let Some(number) = self.numbers.get(number_id) else { return };
        let mut value = crate::webhooks::body::value(number);
        let mut contact = json!({ "profile": { "name": customer.name } });
        let mut update = json!({
            "detail": format!("User id for {} has been updated.", customer.name),
            "user_id": { "previous": before.user_id, "current": self.user_id(number_id, customer) },
            "timestamp": unix_seconds(self.now),
        });
        if before.phone_shown {
            contact["wa_id"] = Value::from(customer.wa_id.as_str());
            update["wa_id"] = Value::from(customer.wa_id.as_str());
        }
        value["contacts"] = json!([contact]);
        value["user_id_update"] = json!([update]);
        let notice = crate::webhooks::emit::Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number_id.to_owned()),
            field: "user_id_update",
            kind: "user_id_update",
            wamid: None,
            wa_id: customer.wa_id.clone(),
            value,
        };
        self.notify(config, notice);
    }

    /// A person's identity key changes (a new phone, the app installed anew). Numbers that check identities are told.
    pub(crate) fn change_identity(&mut self, config: &Config, wa_id: &str) {
        let now = self.now;
        let Some(customer) = self.customers.get_mut(wa_id) else { return };
        customer.identity = (customer.identity.0 + 1, now);
        let customer = customer.clone();
        let mut numbers = self.numbers_of(wa_id);
        numbers.retain(|id| self.numbers.get(id).is_some_and(|number| number.checks_identity()));
        for id in numbers {
            let contact = self.contact_json(&id, &customer, false);
            let mut message = json!({
                "type": "system",
                "identity": {
                    "acknowledged": true, "created_timestamp": unix_seconds(now), "hash": customer.identity_hash(),
                },
                "system": { "body": "User identity changed", "type": "customer_identity_changed" },
            });
            match contact.get("wa_id") {
                Some(phone) => message["from"] = phone.clone(),
                None => message["from_user_id"] = contact["user_id"].clone(),
            }
            self.emit_system(config, &id, wa_id, Some(contact), message);
        }
        self.announce("customer", "", wa_id, None);
    }

    /// Sends a `system` message: what the platform says about a person.
    fn emit_system(
        &mut self,
        config: &Config,
        number_id: &str,
        wa_id: &str,
        contact: Option<Value>,
        mut message: Value,
    ) {
        message["id"] = Value::from(wamid::new(&mut self.ids, wa_id, false));
        message["timestamp"] = Value::from(unix_seconds(self.now));
        let Some(number) = self.numbers.get(number_id) else { return };
        let mut value = crate::webhooks::body::value(number);
        if let Some(contact) = contact {
            value["contacts"] = json!([contact]);
        }
        value["messages"] = json!([message]);
        let notice = crate::webhooks::emit::Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number_id.to_owned()),
            field: "messages",
            kind: "message",
            wamid: None,
            wa_id: wa_id.to_owned(),
            value,
        };
        self.notify(config, notice);
    }

    /// Why an accepted message fails that standing or identity forbids.
    pub(crate) fn standing_verdict(&self, message: &Message) -> Option<(i64, Option<String>)> {
        let number = self.numbers.get(&message.phone_number_id)?;
        if number.has_blocked(&message.wa_id) {
            return Some((130_403, None));
        }
        let input = message.addressed.as_ref().map_or("", |addressed| addressed.input.as_str());
        let gone = self.registry.former_ids.contains_key(input)
            || (self.registry.former_numbers.contains(&message.wa_id)
                && !self.customers.contains_key(&message.wa_id));
        if gone {
            return Some((131_026, None));
        }
        let pays = self.wabas.get(&number.waba_id).is_none_or(|waba| waba.facts.pays);
        if !pays && message.kind == "template" && number.facts.test_recipients.is_none() {
            let details = "Message failed to send because there were one or more errors related to your payment method.";
            return Some((131_042, Some(details.to_owned())));
        }
        let hash = message.content.get("recipient_identity_key_hash").and_then(Value::as_str)?;
        let current = self.customers.get(&message.wa_id)?.identity_hash();
        (number.checks_identity() && hash != current).then_some((137_000, None))
    }
}
