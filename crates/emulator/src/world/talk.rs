//! Crowds of customers, acting by their scripts in virtual time. All their choices come from the crowd's own dice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::message::{Direction, Message, State};
use super::schedule::Due;
use super::talk_script::{Crowd, Reaction, Then, fits, pick};
use crate::config::Config;
use crate::control::{ControlError, bubble};
use crate::dice::{Dice, fnv};

/// How often somebody is looked for who is not talking already.
const TRIES: usize = 8;

/// All crowds, and everybody in them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Talk {
    crowds: Vec<Group>,
    /// By `wa_id`.
    people: BTreeMap<String, Person>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    script: Crowd,
    phone_number_id: String,
    dice: Dice,
    silent: bool,
    /// When the last conversation may begin, Unix ms.
    until: Option<i64>,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Counts {
    begun: u64,
    said: u64,
    tapped: u64,
    reacted: u64,
    gave_up: u64,
    opted_out: u64,
    blocked: u64,
}

/// One of a crowd.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Person {
    crowd: u32,
    index: u32,
    /// What this person has said in the running conversation; 0 while there is none.
    turns: u16,
    /// What the business has said to this person.
    heard: u32,
}

/// Something that one of a crowd does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Act {
    /// Somebody begins a conversation, and the next one is planned.
    Arrive { crowd: u32 },
    /// A message is read.
    Read { wamid: String },
    /// The script's reaction to a message.
    React { wamid: String, rule: usize },
    /// Marketing was one too many.
    Dislike { wamid: String, then: Then },
    /// Nothing was heard since then: gives up.
    Lose { wa_id: String, heard: u32 },
}

impl World {
    /// Adds a crowd and everybody in it, and plans its first conversation.
    pub(crate) fn add_crowd(
        &mut self,
        config: &Config,
        script: Crowd,
        phone_number_id: String,
    ) -> Result<u32, ControlError> {
        let id = u32::try_from(self.talk.crowds.len()).unwrap_or(u32::MAX);
        let wa_ids: Vec<String> = (0..script.customers).filter_map(|index| script.wa_id(index)).collect();
        if let Some(taken) = wa_ids.iter().find(|wa_id| self.talk.people.contains_key(*wa_id)) {
            return Err(ControlError::conflict("first", &format!("{taken} is in another crowd")));
        }
        let seed = script.seed.unwrap_or(config.seed) ^ fnv(&id.to_le_bytes());
        let mut dice = Dice::new(seed, "talk");
        for (index, wa_id) in (0..).zip(wa_ids) {
            self.join(config, &script, index, &wa_id, &mut dice);
            self.talk.people.insert(wa_id, Person { crowd: id, index, turns: 0, heard: 0 });
        }
        let until = script.lasts.map(|lasts| self.now.saturating_add(lasts.ms()));
        let group = Group { script, phone_number_id, dice, silent: false, until, counts: Counts::default() };
        self.talk.crowds.push(group);
        self.plan_arrival(id);
        self.announce("customer", "", "", None);
        Ok(id)
    }

    /// Makes one of them a customer; whoever exists already is taken as they are.
    fn join(&mut self, config: &Config, script: &Crowd, index: u32, wa_id: &str, dice: &mut Dice) {
        let hidden = dice.chance(script.usernames);
        if !self.customers.contains_key(wa_id) {
            let username = hidden.then(|| format!("customer.{}", index + 1));
            let told = self.effects.feed.len();
            self.add_customer(config, wa_id.to_owned(), script.name(index), username);
            // One word about all of them is enough.
            self.effects.feed.truncate(told);
        }
        if let Some(customer) = self.customers.get_mut(wa_id)
            && script.reads.is_some()
        {
            customer.auto_read = false;
        }
    }

    /// Carries out what somebody in a crowd does now.
    pub(super) fn act(&mut self, config: &Config, act: Act) {
        match act {
            Act::Arrive { crowd } => self.arrive(config, crowd),
            Act::Read { wamid } => self.step(config, &wamid, State::Read),
            Act::React { wamid, rule } => self.react_by_script(config, &wamid, rule),
            Act::Dislike { wamid, then } => {
                if let Some(message) = self.messages.get(&wamid).cloned() {
                    self.then(config, &message, then);
                }
            }
            Act::Lose { wa_id, heard } => self.lose_patience(config, &wa_id, heard),
        }
    }

    /// The time to the next conversation is exponential, so that their number per minute is Poisson's.
    fn plan_arrival(&mut self, crowd: u32) {
        let now = self.now;
        let Some(group) = self.talk.crowds.get_mut(crowd as usize) else { return };
        if group.silent || group.script.per_minute <= 0.0 {
            return;
        }
        let minutes = -(1.0 - group.dice.unit()).ln() / group.script.per_minute;
        let at = now.saturating_add((minutes * 60_000.0).round() as i64);
        if group.until.is_none_or(|until| at <= until) {
            self.schedule.add(at, Due::Talk { act: Act::Arrive { crowd } });
        }
    }

    fn arrive(&mut self, config: &Config, crowd: u32) {
        self.plan_arrival(crowd);
        let Some(wa_id) = self.somebody(crowd) else { return };
        let Some(group) = self.talk.crowds.get_mut(crowd as usize).filter(|group| !group.silent) else {
            return;
        };
        let Some(person) = self.talk.people.get_mut(&wa_id) else { return };
        person.turns = 0;
        let name = group.script.name(person.index);
        let language = group.script.language(person.index);
        let opening = pick(&group.script.says, language, &mut group.dice, &name, person.index);
        let Some(opening) = opening else { return };
        group.counts.begun += 1;
        self.say(config, &wa_id, &opening);
    }

    /// Anybody who has no conversation; after some tries whoever comes up.
    fn somebody(&mut self, crowd: u32) -> Option<String> {
        let group = self.talk.crowds.get_mut(crowd as usize)?;
        let mut wa_id = None;
        for _ in 0..TRIES {
            let index = group.dice.below(u64::from(group.script.customers));
            wa_id = group.script.wa_id(u32::try_from(index).unwrap_or(0));
            let talking = wa_id.as_ref().and_then(|id| self.talk.people.get(id)).is_some_and(|p| p.turns > 0);
            if !talking {
                break;
            }
        }
        wa_id
    }

    /// Somebody says something; blocked numbers hear nothing.
    fn say(&mut self, config: &Config, wa_id: &str, message: &Value) {
        let Some(person) = self.talk.people.get_mut(wa_id) else { return };
        let Some(group) = self.talk.crowds.get(person.crowd as usize) else { return };
        let (crowd, number, waits) = (person.crowd, group.phone_number_id.clone(), group.script.waits);
        person.turns = person.turns.saturating_add(1);
        let heard = person.heard;
        if self.receive(config, wa_id, &number, message).is_err() {
            return;
        }
        self.talk.crowds[crowd as usize].counts.said += 1;
        if let Some(waits) = waits {
            let act = Act::Lose { wa_id: wa_id.to_owned(), heard };
            self.schedule.add(self.now.saturating_add(waits.ms()), Due::Talk { act });
        }
    }

    /// A message has come to the phone of somebody who may be in a crowd.
    pub(crate) fn heard(&mut self, message: &Message) {
        if self.talk.people.is_empty() || message.group.is_some() || message.kind == "reaction" {
            return;
        }
        let Some(person) = self.talk.people.get_mut(&message.wa_id) else { return };
        let Some(group) = self.talk.crowds.get_mut(person.crowd as usize) else { return };
        if group.silent || group.phone_number_id != message.phone_number_id {
            return;
        }
        person.heard += 1;
        let Some(read_at) = group.read_at(self.now) else { return };
        let rule = group.reaction(message, person.turns);
        let react_at = rule.map(|rule| read_at + group.script.answers[rule].after.sample(&mut group.dice));
        let dislikes = group.dislike(message);
        let wa_id = message.wa_id.clone();
        if group.script.reads.is_some() {
            self.schedule.add(read_at, Due::Talk { act: Act::Read { wamid: message.wamid.clone() } });
        }
        if let Some(then) = dislikes {
            let act = Act::Dislike { wamid: message.wamid.clone(), then };
            self.schedule.add(read_at, Due::Talk { act });
            return;
        }
        match rule.zip(react_at) {
            Some((rule, at)) => {
                let act = Act::React { wamid: message.wamid.clone(), rule };
                self.schedule.add(at, Due::Talk { act });
            }
            None => self.leave(&wa_id),
        }
    }

    fn react_by_script(&mut self, config: &Config, wamid: &str, rule: usize) {
        let Some(message) = self.messages.get(wamid).cloned() else { return };
        let wa_id = message.wa_id.as_str();
        let Some(person) = self.talk.people.get(wa_id).copied() else { return };
        let Some(group) = self.talk.crowds.get_mut(person.crowd as usize) else { return };
        let Some(reaction) = group.script.answers.get(rule).cloned() else { return };
        let (name, language) = (group.script.name(person.index), group.script.language(person.index));
        let said = pick(&reaction.say, language, &mut group.dice, &name, person.index);
        let tapped = reaction.tap.as_ref().and_then(|tap| group.tap(&message, tap));
        if tapped.is_some() {
            group.counts.tapped += 1;
        }
        if let Some(emoji) = &reaction.react {
            group.counts.reacted += 1;
            let part = json!({ "message_id": message.wamid, "emoji": emoji });
            self.say(config, wa_id, &json!({ "type": "reaction", "reaction": part }));
        }
        for reply in tapped.into_iter().chain(said) {
            self.say(config, wa_id, &reply);
        }
        if let Some(then) = reaction.then {
            self.then(config, &message, then);
        }
    }

    fn then(&mut self, config: &Config, message: &Message, then: Then) {
        let (number, wa_id) = (message.phone_number_id.as_str(), message.wa_id.as_str());
        let counts = self.talk.counts_of(wa_id);
        match then {
            Then::OptOut => {
                if let Some(counts) = counts {
                    counts.opted_out += 1;
                }
                self.prefer(config, number, wa_id, true);
            }
            Then::OptIn => self.prefer(config, number, wa_id, false),
            Then::Block => {
                if let Some(counts) = counts {
                    counts.blocked += 1;
                }
                if let Some(customer) = self.customers.get_mut(wa_id) {
                    customer.blocked.retain(|id| id != number);
                    customer.blocked.push(number.to_owned());
                }
                self.announce("customer", number, wa_id, None);
            }
            Then::Leave => {}
        }
        if then != Then::OptIn {
            self.leave(wa_id);
        }
    }

    /// The conversation is over for this person.
    fn leave(&mut self, wa_id: &str) {
        if let Some(person) = self.talk.people.get_mut(wa_id) {
            person.turns = 0;
        }
    }

    fn lose_patience(&mut self, config: &Config, wa_id: &str, heard: u32) {
        let Some(person) = self.talk.people.get(wa_id).copied() else { return };
        if person.heard != heard || person.turns == 0 {
            return;
        }
        let Some(group) = self.talk.crowds.get_mut(person.crowd as usize) else { return };
        let complained = person.turns > group.script.turns;
        let (name, language) = (group.script.name(person.index), group.script.language(person.index));
        let complaint = pick(&group.script.complains, language, &mut group.dice, &name, person.index);
        match complaint.filter(|_| !complained && !group.silent) {
            // The last word; then there is nothing more to wait for.
            Some(complaint) => {
                if let Some(person) = self.talk.people.get_mut(wa_id) {
                    person.turns = u16::MAX;
                }
                self.say(config, wa_id, &complaint);
            }
            None => {
                group.counts.gave_up += 1;
                self.leave(wa_id);
            }
        }
    }

    /// A crowd falls silent.
    pub(crate) fn silence(&mut self, id: u32) -> Option<Value> {
        self.talk.crowds.get_mut(id as usize)?.silent = true;
        self.changes += 1;
        self.crowd_json(id)
    }

    /// One crowd as the control API shows it.
    pub(crate) fn crowd_json(&self, id: u32) -> Option<Value> {
        Some(self.talk.crowds.get(id as usize)?.to_json(id))
    }

    /// All crowds.
    pub(crate) fn crowds_json(&self) -> Vec<Value> {
        (0..).zip(&self.talk.crowds).map(|(id, group)| group.to_json(id)).collect()
    }
}

impl Talk {
    fn counts_of(&mut self, wa_id: &str) -> Option<&mut Counts> {
        let crowd = self.people.get(wa_id)?.crowd;
        self.crowds.get_mut(crowd as usize).map(|group| &mut group.counts)
    }
}

impl Group {
    /// When a message that has just come is read; `None` for never.
    fn read_at(&mut self, now: i64) -> Option<i64> {
        let Some(reads) = &self.script.reads else { return Some(now) };
        let never = self.dice.chance(reads.never);
        (!never).then(|| now.saturating_add(reads.after.sample(&mut self.dice)))
    }

    /// The first reaction that fits, if there is one and the person has not had enough.
    fn reaction(&mut self, message: &Message, turns: u16) -> Option<usize> {
        if turns >= self.script.turns || self.dice.chance(self.script.gives_up) {
            self.counts.gave_up += u64::from(turns > 0);
            return None;
        }
        let shown = bubble::preview(message);
        let dice = &mut self.dice;
        self.script.answers.iter().position(|rule| rule.is_about(message, &shown) && dice.chance(rule.chance))
    }

    /// Whether this piece of marketing was one too many.
    fn dislike(&mut self, message: &Message) -> Option<Then> {
        let marketing = message.rendered.as_ref().is_some_and(|r| r["category"] == "MARKETING");
        if !marketing {
            return None;
        }
        if self.dice.chance(self.script.blocks) {
            return Some(Then::Block);
        }
        self.dice.chance(self.script.opts_out).then_some(Then::OptOut)
    }

    /// What tapping sends, if the message has what the script wants to tap.
    fn tap(&mut self, message: &Message, wanted: &Value) -> Option<Value> {
        if wanted != "random" {
            let by_title = wanted.as_str().map(|title| json!({ "title": title }));
            return bubble::tap(message, by_title.as_ref().unwrap_or(wanted));
        }
        let nth = |index: usize| bubble::tap(message, &json!({ "index": index }));
        let choices = (0..).take_while(|index| nth(*index).is_some()).count();
        if choices == 0 {
            return None;
        }
        nth(usize::try_from(self.dice.below(choices as u64)).unwrap_or(0))
    }

    fn to_json(&self, id: u32) -> Value {
        json!({
            "id": id, "customers": self.script.customers, "first": self.script.first, "silent": self.silent,
            "phone_number_id": self.phone_number_id, "per_minute": self.script.per_minute,
            "until": self.until.map(crate::clock::rfc3339), "counts": self.counts,
        })
    }
}

impl Reaction {
    fn is_about(&self, message: &Message, shown: &str) -> bool {
        let name = message.content["template"]["name"].as_str();
        message.direction == Direction::Outbound
            && self.kind.as_deref().is_none_or(|kind| kind == message.kind)
            && self.template.as_deref().is_none_or(|wanted| name == Some(wanted))
            && self.asks.as_deref().is_none_or(|pattern| fits(pattern, shown))
            && (self.tap.is_none() || bubble::tap(message, &json!({ "index": 0 })).is_some())
    }
}
