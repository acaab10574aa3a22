//! People with phones, and their chats with the business.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::DAY;
use crate::clock::rfc3339;
use crate::config::Config;
use crate::dice::{Dice, fnv};
use crate::phone;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub wa_id: String,
    pub name: String,
    /// Without the `@`. Whoever has one hides the phone from businesses that don't know it.
    pub username: Option<String>,
    /// Business-scoped user ids, by portfolio.
    pub user_ids: BTreeMap<String, String>,
    pub created_at: i64,
    /// Phone numbers (ids) of the business that this person has blocked.
    pub blocked: Vec<String>,
    /// Whether messages become `read` by themselves after a while.
    pub auto_read: bool,
    /// Portfolios whose marketing this person has stopped, and since when.
    #[serde(default)]
    pub opted_out: BTreeMap<String, i64>,
    /// Marketing messages in 24 hours before the platform holds more back; `None` as configured for everybody.
    #[serde(default)]
    pub marketing_cap: Option<u32>,
    /// When marketing was delivered lately.
    #[serde(default)]
    pub marketing: Vec<i64>,
    /// Until when the phone is switched off.
    #[serde(default)]
    pub offline_until: Option<i64>,
    /// When the number last met this person's phone, by phone number id: 30 days it stays visible.
    pub phone_seen: BTreeMap<String, i64>,
    /// How often this person has changed number: each time with new user ids.
    #[serde(default)]
    pub generation: u32,
    /// Ids in parent accounts (parent BSUID), by account.
    #[serde(default)]
    pub parent_ids: BTreeMap<String, String>,
    /// How often the identity key has changed, and when last.
    #[serde(default)]
    pub identity: (u32, i64),
}

/// One customer's chat with one phone number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub messages: VecDeque<String>,
    /// End of the service window, Unix ms.
    pub window_until: Option<i64>,
    /// When the customer came here from an advertisement, until the business answers.
    #[serde(default)]
    pub clicked_at: Option<i64>,
    /// End of the free entry point.
    #[serde(default)]
    pub entry_point_until: Option<i64>,
    /// The moment at which every borrowed message is repaid (pair rate).
    pub pair_repaid_at: i64,
    /// Until when the phone shows that the business is typing.
    pub typing_until: i64,
    /// Until when the customer has the chat on screen.
    #[serde(default)]
    pub open_until: i64,
    /// The number's messages that the phone shows and the person has not read.
    #[serde(default)]
    pub unread: Vec<String>,
}

impl Chat {
    pub(crate) fn window_open(&self, now: i64) -> bool {
        self.window_until.is_some_and(|until| now < until)
    }

    /// Opens the service window until then, if it isn't open for longer.
    pub(crate) fn open_window(&mut self, until: i64) {
        self.window_until = Some(self.window_until.unwrap_or(0).max(until));
    }
}

const PHONE_VISIBLE: i64 = 30 * DAY;

impl Customer {
    /// Whether webhooks to this number carry the customer's phone.
    pub(crate) fn phone_visible(&self, phone_number_id: &str, now: i64) -> bool {
        self.username.is_none()
            || self.phone_seen.get(phone_number_id).is_some_and(|seen| now - seen <= PHONE_VISIBLE)
    }

    /// As the control API shows it.
    pub(crate) fn to_json(&self, now: i64) -> Value {
        let stopped = !self.opted_out.is_empty();
        json!({
            "id": self.wa_id, "wa_id": self.wa_id, "name": self.name, "username": self.username,
            "user_id": self.user_ids.values().next(), "user_ids": self.user_ids,
            "display_phone_number": phone::display(&self.wa_id), "auto_read": self.auto_read,
            "blocked": self.blocked, "opted_out": self.opted_out.keys().collect::<Vec<_>>(),
            "preferences": { "marketing": if stopped { "stop" } else { "resume" } },
            "marketing_cap": self.marketing_cap, "offline": self.offline_until.is_some_and(|until| until > now),
            "offline_until": self.offline_until.map(rfc3339), "created_at": rfc3339(self.created_at),
            "identity_key_hash": self.identity_hash(), "parent_user_ids": self.parent_ids,
        })
    }
}

impl World {
    /// Finds a customer by `wa_id` (with or without `+`), or by business-scoped user id.
    pub(crate) fn find_customer(&self, id: &str) -> Option<&Customer> {
        if let Some((_, wa_id)) = self.user_ids.get(id) {
            return self.customers.get(wa_id);
        }
        let digits = phone::digits(id)?;
        self.customers.get(&digits).or_else(|| self.customers.get(&phone::wa_id(&digits)))
    }

    /// Adds a customer; the caller has made sure that `wa_id` is free.
    pub(crate) fn add_customer(
        &mut self,
        config: &Config,
        wa_id: String,
        name: String,
        username: Option<String>,
    ) -> &mut Customer {
        let user_ids: BTreeMap<String, String> =
            self.businesses.keys().map(|id| (id.clone(), user_id(config, id, &wa_id, 0))).collect();
        let parents: BTreeSet<&String> =
            self.businesses.values().filter_map(|business| business.facts.parent.as_ref()).collect();
        let parent_ids: BTreeMap<String, String> = parents
            .into_iter()
            .map(|parent| (parent.clone(), parent_id(config, parent, &wa_id, 0)))
            .collect();
        for (business, user_id) in user_ids.iter().chain(&parent_ids) {
            self.user_ids.insert(user_id.clone(), (business.clone(), wa_id.clone()));
        }
        let customer = Customer {
            wa_id: wa_id.clone(),
            name,
            username,
            user_ids,
            created_at: self.now,
            blocked: Vec::new(),
            auto_read: true,
            opted_out: BTreeMap::new(),
            marketing_cap: None,
            marketing: Vec::new(),
            offline_until: None,
            phone_seen: BTreeMap::new(),
            generation: 0,
            parent_ids,
            identity: (0, self.now),
        };
        self.announce("customer", "", &wa_id, None);
        self.customers.entry(wa_id).or_insert(customer)
    }

    /// Makes everybody known to a portfolio, each by a user id of its own.
    pub(crate) fn introduce(&mut self, config: &Config, business_id: &str) {
        for customer in self.customers.values_mut().filter(|c| !c.user_ids.contains_key(business_id)) {
            let user_id = user_id(config, business_id, &customer.wa_id, customer.generation);
            self.user_ids.insert(user_id.clone(), (business_id.to_owned(), customer.wa_id.clone()));
            customer.user_ids.insert(business_id.to_owned(), user_id);
        }
    }

    /// A free fictional number for a customer created without one.
    pub(crate) fn free_wa_id(&self) -> String {
        (1..)
            .map(|n| format!("1555020{n:04}"))
            .find(|wa_id| !self.customers.contains_key(wa_id))
            .expect("an endless range")
    }

    /// The number and this customer's phone have met: the phone stays visible for 30 days.
    pub(crate) fn phone_met(&mut self, phone_number_id: &str, wa_id: &str) {
        let now = self.now;
        let business = self.business_of(phone_number_id).to_owned();
        let book = self.businesses.get_mut(&business).and_then(|b| b.facts.contact_book.as_mut());
        if let Some(book) = book.filter(|book| !book.contains(wa_id)) {
            book.insert(wa_id.to_owned());
        }
        if let Some(customer) = self.customers.get_mut(wa_id) {
            match customer.phone_seen.get_mut(phone_number_id) {
                Some(seen) => *seen = now,
                None => {
                    customer.phone_seen.insert(phone_number_id.to_owned(), now);
                }
            }
        }
    }

    /// The portfolio that a phone number belongs to; empty for an unknown number.
    pub(crate) fn business_of(&self, phone_number_id: &str) -> &str {
        let waba = self.numbers.get(phone_number_id).and_then(|number| self.wabas.get(&number.waba_id));
        waba.map_or("", |waba| waba.business_id.as_str())
    }

    /// How the portfolio of a phone number knows a customer.
    pub(crate) fn user_id<'a>(&self, phone_number_id: &str, customer: &'a Customer) -> &'a str {
        customer.user_ids.get(self.business_of(phone_number_id)).map_or("", String::as_str)
    }

    /// The `wa_id` of whom a portfolio knows by this user id.
    pub(crate) fn who(&self, business_id: &str, user_id: &str) -> Option<&str> {
        let (business, wa_id) = self.user_ids.get(user_id)?;
        let parent = self.businesses.get(business_id).and_then(|b| b.facts.parent.as_ref());
        (business == business_id || Some(business) == parent).then_some(wa_id.as_str())
    }

    /// The former `wa_id` of whom a portfolio knew by this user id.
    pub(crate) fn who_was(&self, business_id: &str, user_id: &str) -> Option<&str> {
        let (owner, wa_id) = self.registry.former_ids.get(user_id)?;
        let parent = self.businesses.get(business_id).and_then(|b| b.facts.parent.as_ref());
        (owner == business_id || Some(owner) == parent).then_some(wa_id.as_str())
    }

    /// How the parent account of a phone number's portfolio knows a customer, if there is one.
    pub(crate) fn parent_user_id<'a>(
        &self,
        phone_number_id: &str,
        customer: &'a Customer,
    ) -> Option<&'a str> {
        let business = self.businesses.get(self.business_of(phone_number_id))?;
        customer.parent_ids.get(business.facts.parent.as_ref()?).map(String::as_str)
    }

    /// Whether webhooks to this number carry the customer's phone: it is visible, or in the portfolio's contact book.
    pub(crate) fn phone_shown(&self, phone_number_id: &str, customer: &Customer) -> bool {
        let book = self
            .businesses
            .get(self.business_of(phone_number_id))
            .and_then(|b| b.facts.contact_book.as_ref());
        customer.phone_visible(phone_number_id, self.now)
            || book.is_some_and(|book| book.contains(&customer.wa_id))
    }

    /// The `contacts` member of webhooks about this customer.
    pub(crate) fn contact_json(&self, phone_number_id: &str, customer: &Customer, with_phone: bool) -> Value {
        let mut profile = json!({ "name": customer.name });
        if let Some(username) = &customer.username {
            profile["username"] = Value::from(self.open.username(username));
        }
        let mut contact = json!({ "profile": profile, "user_id": self.user_id(phone_number_id, customer) });
        if let Some(parent) = self.parent_user_id(phone_number_id, customer) {
            contact["parent_user_id"] = Value::from(parent);
        }
        if with_phone || self.phone_shown(phone_number_id, customer) {
            contact["wa_id"] = Value::from(customer.wa_id.as_str());
        }
        contact
    }
}

/// A pure function of seed, portfolio and person, so that it doesn't depend on who appeared first.
pub(super) fn user_id(config: &Config, business_id: &str, wa_id: &str, generation: u32) -> String {
    let mut name = format!("{business_id}:{wa_id}");
    if generation > 0 {
        name.push_str(&format!(":{generation}"));
    }
    let mut dice = Dice::new(config.seed ^ fnv(name.as_bytes()), "bsuid");
    format!("{}.{}", phone::country(wa_id), dice.numeric_id(17))
}

/// The same for a parent account: `US.ENT.…`.
pub(super) fn parent_id(config: &Config, parent: &str, wa_id: &str, generation: u32) -> String {
    let id = user_id(config, &format!("parent:{parent}"), wa_id, generation);
    id.replacen('.', ".ENT.", 1)
}
