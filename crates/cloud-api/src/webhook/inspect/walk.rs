//! Goes through a delivery without leaving anything out: lists element by element, and what is no list as one.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::scalar::{Id, UnixTime};
use super::super::wire::{Wire, child, from_json};
use super::super::{Contact, Field, Metadata};
use super::{Event, Who, families, messages, one_line, shape};

/// What the events of one change have in common.
pub(super) struct Place {
    contacts: Vec<Contact>,
    /// Where each user id first stands in `contacts`. A delivery may name many people and speak of each.
    by_user: HashMap<Id, usize>,
    /// The same by phone number.
    by_phone: HashMap<Id, usize>,
}

impl Place {
    fn new(contacts: Vec<Contact>) -> Self {
        let (mut by_user, mut by_phone) = (HashMap::new(), HashMap::new());
        for (i, contact) in contacts.iter().enumerate() {
            for (id, places) in [(&contact.user_id, &mut by_user), (&contact.wa_id, &mut by_phone)] {
                if let Some(id) = id {
                    places.entry(id.clone()).or_insert(i);
                }
            }
        }
        Self { contacts, by_user, by_phone }
    }

    /// Who these ids belong to, with the name that the delivery's contacts know. Without ids it is the only contact, if
    /// there is only one.
    pub fn who(&self, phone: Option<&Id>, user_id: Option<&Id>, parent_user_id: Option<&Id>) -> Option<Who> {
        let known = |places: &HashMap<Id, usize>, id: Option<&Id>| self.contacts.get(*places.get(id?)?);
        let by_user = known(&self.by_user, user_id);
        let by_phone = || known(&self.by_phone, phone);
        let nobody = phone.is_none() && user_id.is_none() && parent_user_id.is_none();
        let only = || self.contacts.first().filter(|_| nobody && self.contacts.len() == 1);
        let contact = by_user.or_else(by_phone).or_else(only);
        let profile = contact.and_then(|contact| contact.profile.as_ref());
        let of = |id: Option<&Id>, known: Option<&Option<Id>>| {
            id.or_else(|| known.and_then(Option::as_ref)).map(ToString::to_string)
        };
        let who = Who {
            name: profile.and_then(|profile| profile.name.clone()),
            username: profile.and_then(|profile| profile.username.clone()),
            phone: of(phone, contact.map(|contact| &contact.wa_id)),
            user_id: of(user_id, contact.map(|contact| &contact.user_id)),
            parent_user_id: of(parent_user_id, contact.map(|contact| &contact.parent_user_id)),
        };
        (who != Who::default()).then_some(who)
    }
}

/// Collects the events found under one value.
pub(super) struct Walk<'a> {
    pub place: Place,
    pub out: &'a mut Vec<Event>,
}

impl Walk<'_> {
    /// Every element under `key` as an event; what isn't a list counts as its only element.
    pub fn each<T: Wire>(&mut self, parent: &Json, at: &str, key: &str, tell: impl Fn(&T, &Place) -> Event) {
        for (pointer, item) in items(parent, at, key) {
            self.one(item, pointer, &tell);
        }
    }

    pub fn one<T: Wire>(&mut self, item: &Json, pointer: String, tell: impl Fn(&T, &Place) -> Event) {
        let event = match from_json::<T>(item.clone()) {
            Ok(item) => tell(&item, &self.place),
            Err(odd) => unreadable(&odd),
        };
        self.out.push(Event { pointer, ..event });
    }
}

/// What stands under a key, element by element.
pub(super) fn items<'a>(parent: &'a Json, at: &str, key: &str) -> Vec<(String, &'a Json)> {
    let at = child(at, key);
    match parent.get(key) {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => {
            items.iter().enumerate().map(|(i, item)| (format!("{at}/{i}"), item)).collect()
        }
        Some(odd) => vec![(at, odd)],
    }
}

fn unreadable(odd: &Json) -> Event {
    Event::new("unreadable", format!("something that can't be read: {}", shape(odd)))
}

/// Every event of every entry.
pub(super) fn events(entries: &[Json]) -> Vec<Event> {
    let mut out = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let at = format!("/entry/{i}");
        let account = text(entry, "id");
        let first = out.len();
        let changes = items(entry, &at, "changes");
        if changes.is_empty() {
            out.push(Event { pointer: at, ..Event::new("empty", "an entry without changes") });
        }
        for (at, change) in changes {
            self::change(change, at, &mut out);
        }
        let time = entry.get("time").and_then(|time| from_json::<UnixTime>(time.clone()).ok());
        for event in &mut out[first..] {
            event.account.clone_from(&account);
            event.at = event.at.or(time.map(UnixTime::seconds));
            event.kind = one_line(&event.kind, 60);
            event.summary = one_line(&event.summary, 500);
        }
    }
    out
}

fn change(change: &Json, at: String, out: &mut Vec<Event>) {
    if !change.is_object() {
        out.push(Event { pointer: at, ..unreadable(change) });
        return;
    }
    let field = change.get("field").and_then(Json::as_str);
    let first = out.len();
    let at_value = format!("{at}/value");
    match change.get("value") {
        Some(value @ Json::Object(_)) => {
            let mut walk = Walk { place: Place::new(contacts(value)), out: &mut *out };
            tell(field.map(Field::from).as_ref(), value, &at_value, &mut walk);
            if out.len() == first {
                let summary =
                    format!("a change of {} without anything in it", field.unwrap_or("an unnamed field"));
                out.push(Event { pointer: at_value, ..Event::new("empty", summary) });
            }
        }
        Some(odd) => out.push(Event { pointer: at_value, ..unreadable(odd) }),
        None => out.push(Event { pointer: at, ..Event::new("empty", "a change without a value") }),
    }
    let number = change.get("value").and_then(phone_number_id);
    for event in &mut out[first..] {
        event.field = field.map(str::to_owned);
        event.phone_number_id.clone_from(&number);
    }
}

fn tell(field: Option<&Field>, value: &Json, at: &str, walk: &mut Walk<'_>) {
    match field {
        Some(
            Field::Messages
            | Field::SmbMessageEchoes
            | Field::History
            | Field::Standby
            | Field::UserPreferences,
        ) => messages::tell(value, at, walk),
        Some(field) => families::tell(field, value, at, walk),
        None => walk.out.push(Event {
            pointer: at.to_owned(),
            ..Event::new("unnamed", "a change that doesn't say what it is about")
        }),
    }
}

/// The customers the value names, also those of a standby.
fn contacts(value: &Json) -> Vec<Contact> {
    let standby = value.get("standby").unwrap_or(&Json::Null);
    let lists = [value, standby].into_iter().flat_map(|holder| items(holder, "", "contacts"));
    lists.filter_map(|(_, contact)| from_json(contact.clone()).ok()).collect()
}

/// Our phone number, wherever the value names it.
fn phone_number_id(value: &Json) -> Option<String> {
    let holders = ["metadata", "recipient", "phone_number_settings"];
    holders.iter().find_map(|holder| {
        let metadata = from_json::<Metadata>(value.get(holder)?.clone()).ok()?;
        metadata.phone_number_id.map(|id| id.to_string())
    })
}

fn text(object: &Json, key: &str) -> Option<String> {
    from_json::<Id>(object.get(key)?.clone()).ok().map(Id::into_string)
}
