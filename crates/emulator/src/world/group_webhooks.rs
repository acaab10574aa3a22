//! The webhooks about groups.

use serde_json::{Value, json};

use super::World;
use super::customer::Customer;
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::graph::error;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;

impl World {
    /// How webhooks about a group name a person: by user id, and by phone as far as the business may see it.
    pub(super) fn person_in(&self, group_id: &str, wa_id: &str) -> Value {
        let number = self.groups.all.get(group_id).map_or("", |group| group.phone_number_id.as_str());
        match self.customers.get(wa_id) {
            Some(customer) => self.person(number, customer),
            None => json!({ "wa_id": wa_id }),
        }
    }

    pub(crate) fn person(&self, phone_number_id: &str, customer: &Customer) -> Value {
        let mut person = json!({ "user_id": self.user_id(phone_number_id, customer) });
        if self.phone_shown(phone_number_id, customer) {
            person["wa_id"] = Value::from(customer.wa_id.as_str());
        }
        if let Some(username) = &customer.username {
            person["username"] = Value::from(self.open.username(username));
        }
        person
    }

    /// Sends one entry of `groups[]`; time and group are added here.
    pub(crate) fn notify_group(
        &mut self,
        config: &Config,
        group_id: &str,
        field: &'static str,
        mut update: Value,
    ) {
        let Some(number) = self.groups.all.get(group_id).map(|group| group.phone_number_id.clone()) else {
            return;
        };
        update["group_id"] = Value::from(group_id);
        self.notify_of_groups(config, &number, group_id, field, update);
    }

    /// The same where there is no group (yet): its creation failed.
    pub(crate) fn notify_of_groups(
        &mut self,
        config: &Config,
        phone_number_id: &str,
        about: &str,
        field: &'static str,
        mut update: Value,
    ) {
        let Some(number) = self.numbers.get(phone_number_id) else { return };
        update["timestamp"] = Value::from(unix_seconds(self.now));
        let mut value = body::value(number);
        value["groups"] = json!([update]);
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(phone_number_id.to_owned()),
            field,
            kind: field,
            wamid: None,
            wa_id: about.to_owned(),
            value,
        };
        self.notify(config, notice);
        self.announce("group", phone_number_id, about, None);
    }
}

/// An entry of `errors[]` in a webhook about groups or calls, which carries no link.
pub(crate) fn error_without_link(code: i64) -> Value {
    let mut error = error::webhook_error(code, None);
    if let Some(map) = error.as_object_mut() {
        map.remove("href");
    }
    error
}
