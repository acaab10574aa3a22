//! Compares what the sides say. Pure, so that it can be shown to find what it is there for (`judged.rs`).

use crate::{
    evidence::{Evidence, Kept, OnPhone},
    watch::rank,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which promise is broken.
    pub kind: &'static str,
    pub what: String,
}

/// Everything that is wrong.
pub fn judge(evidence: &Evidence) -> Vec<Violation> {
    let mut found = Violations::default();
    inbound(evidence, &mut found);
    deliveries(evidence, &mut found);
    outbound(evidence, &mut found);
    states(evidence, &mut found);
    for unknowns in &evidence.unknowns {
        if matches!(unknowns.settled_by.as_str(), "open" | "person") {
            found.add("unknown outcome left to people", format!("{unknowns:?}"));
        }
    }
    found.0
}

#[derive(Default)]
struct Violations(Vec<Violation>);

impl Violations {
    fn add(&mut self, kind: &'static str, what: impl Into<String>) {
        self.0.push(Violation { kind, what: what.into() });
    }

    /// Every expected text exactly once.
    fn once(&mut self, kinds: [&'static str; 2], counts: &HashMap<&str, usize>, expected: &str) {
        match counts.get(expected) {
            Some(1) => {}
            None => self.add(kinds[0], expected),
            Some(many) => self.add(kinds[1], format!("{expected}: {many} times")),
        }
    }
}

fn count<'a>(texts: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    counts
}

fn inbound(evidence: &Evidence, found: &mut Violations) {
    let kept: Vec<&Kept> = evidence.messages.iter().filter(|m| m.inbound).collect();
    let counts = count(kept.iter().map(|m| m.text.as_str()));
    let mut expected = HashSet::new();
    for (person, order) in evidence.brought.orders.iter().enumerate() {
        expected.extend(order.iter().map(|number| format!("in {person}.{number}")));
    }
    expected.extend(evidence.written.iter().cloned());
    for text in &expected {
        found.once(["inbound lost", "inbound twice"], &counts, text);
    }
    for message in kept.iter().filter(|m| !expected.contains(&m.text)) {
        let kind =
            if message.text.starts_with("forged") { "forged accepted" } else { "inbound from nowhere" };
        found.add(kind, &message.text);
    }
    evidence.brought.forged_taken.iter().for_each(|text| found.add("forged accepted", text));
    evidence.brought.refused.iter().for_each(|text| found.add("genuine webhook refused", text));
    orders(evidence, &kept, found);
}

/// In each conversation the messages stand as they were brought.
fn orders(evidence: &Evidence, kept: &[&Kept], found: &mut Violations) {
    let mut threads: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    let mut places: HashMap<usize, &str> = HashMap::new();
    for message in kept {
        let Some((person, number)) = message.text.strip_prefix("in ").and_then(|t| t.split_once('.')) else {
            continue;
        };
        let (Ok(person), Ok(number)) = (person.parse(), number.parse()) else { continue };
        if *places.entry(person).or_insert(&message.conversation) != message.conversation {
            found.add("one contact in two conversations", &message.text);
        }
        threads.entry(person).or_default().push(number);
    }
    for (person, thread) in threads {
        if evidence
            .brought
            .orders
            .get(person)
            .is_some_and(|order| sorted(order) == sorted(&thread) && *order != thread)
        {
            found.add(
                "inbound order",
                format!(
                    "contact {person}: {:?}",
                    first_difference(&evidence.brought.orders[person], &thread)
                ),
            );
        }
    }
}

fn sorted(list: &[u32]) -> Vec<u32> {
    let mut list = list.to_vec();
    list.sort_unstable();
    list
}

fn first_difference(one: &[u32], other: &[u32]) -> Option<(usize, u32, u32)> {
    let differs = one.iter().zip(other).enumerate().find(|(_, (a, b))| a != b);
    differs.map(|(place, (a, b))| (place, *a, *b))
}

fn deliveries(evidence: &Evidence, found: &mut Violations) {
    let kept: u64 = evidence.deliveries.values().sum();
    if kept < evidence.acknowledged {
        found.add("delivery lost", format!("{} acknowledged, {kept} kept", evidence.acknowledged));
    }
    for (state, many) in evidence.deliveries.iter().filter(|(state, _)| *state != "done") {
        found.add("delivery not handled", format!("{many} {state}"));
    }
}

fn outbound(evidence: &Evidence, found: &mut Violations) {
    evidence.refused.iter().for_each(|text| found.add("send refused", text));
    let counts = count(evidence.phones.iter().map(|m| m.id.as_str()));
    let rows = count(evidence.messages.iter().filter(|m| !m.inbound).map(|m| m.text.as_str()));
    for enqueued in &evidence.enqueued {
        found.once(["outbound lost", "twice on a phone"], &counts, &enqueued.id);
        found.once(["outbound row lost", "outbound row twice"], &rows, &enqueued.text);
    }
    let known: HashMap<&str, &str> =
        evidence.enqueued.iter().map(|e| (e.id.as_str(), e.wa_id.as_str())).collect();
    for message in &evidence.phones {
        if known.get(message.id.as_str()).is_none_or(|wa_id| *wa_id != message.wa_id) {
            found.add("on a phone without having been asked for", format!("{message:?}"));
        }
    }
    let asked = per_person(evidence.enqueued.iter().map(|e| (e.wa_id.as_str(), e.id.as_str())));
    let got = per_person(evidence.phones.iter().map(|m| (m.wa_id.as_str(), m.id.as_str())));
    for (wa_id, asked) in asked {
        let got = got.get(wa_id).cloned().unwrap_or_default();
        let place = asked.iter().zip(&got).position(|(a, b)| a != b);
        if let (true, Some(place)) = (asked.len() == got.len(), place) {
            found.add("outbound order", format!("{wa_id}: {} came before {}", got[place], asked[place]));
        }
    }
}

fn per_person<'a>(list: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    list.for_each(|(wa_id, id)| lists.entry(wa_id).or_default().push(id));
    lists
}

fn states(evidence: &Evidence, found: &mut Violations) {
    evidence.seen.backwards.iter().for_each(|what| found.add("status backwards", what));
    let phones: HashMap<&str, &OnPhone> = evidence.phones.iter().map(|m| (m.id.as_str(), m)).collect();
    for message in evidence.messages.iter().filter(|m| !m.inbound) {
        let Some(phone) = phones.get(message.id.as_str()) else { continue };
        if message.state != phone.state {
            found.add(
                "state differs",
                format!("{}: {} here, {} there", message.id, message.state, phone.state),
            );
        }
        let furthest = message.story.iter().map(|state| rank(state)).max().unwrap_or_default();
        if furthest != rank(&message.state) {
            found.add(
                "status backwards",
                format!("{}: {} after {:?}", message.id, message.state, message.story),
            );
        }
        for state in ["accepted", "sent", "delivered", "read"] {
            if message.story.iter().filter(|told| *told == state).count() > 1 {
                found.add("status applied twice", format!("{}: {:?}", message.id, message.story));
            }
        }
    }
}
