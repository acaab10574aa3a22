//! What a crowd of customers does: how often they come, what they write, how they react. The words of the YAML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::phone;
use crate::scenario::span::{Span, Wait};

/// Customers in one crowd.
pub(crate) const MOST: u32 = 100_000;

/// A crowd's script.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crowd {
    /// How many different people.
    pub customers: u32,
    /// The business's number they write to; the first when left out.
    #[serde(default)]
    pub phone_number_id: Option<String>,
    /// The first one's `wa_id`; the others have the numbers that follow.
    #[serde(default = "first")]
    pub first: String,
    /// Given to them by turns.
    #[serde(default)]
    pub names: Vec<String>,
    /// Languages and how many speak them, as weights.
    #[serde(default)]
    pub languages: BTreeMap<String, u32>,
    /// Share of people whose phone number the business never sees, 0 to 1.
    #[serde(default)]
    pub usernames: f64,
    #[serde(default)]
    pub seed: Option<u64>,
    /// Conversations that begin per minute, on average; 0: they only answer.
    #[serde(default)]
    pub per_minute: f64,
    /// After that nobody begins any more.
    #[serde(default, rename = "for")]
    pub lasts: Option<Span>,
    /// How conversations begin.
    #[serde(default)]
    pub says: Vec<Saying>,
    /// When they read; as configured for everybody when left out.
    #[serde(default)]
    pub reads: Option<Reads>,
    /// The first that fits is done.
    #[serde(default)]
    pub answers: Vec<Reaction>,
    /// How long they wait for an answer before they give up.
    #[serde(default)]
    pub waits: Option<Span>,
    /// What they say then.
    #[serde(default)]
    pub complains: Vec<Saying>,
    /// Messages in one conversation before they have had enough.
    #[serde(default = "six")]
    pub turns: u16,
    /// Share of reactions that never come, 0 to 1.
    #[serde(default)]
    pub gives_up: f64,
    /// Share of marketing messages whose reader stops marketing, 0 to 1.
    #[serde(default)]
    pub opts_out: f64,
    /// Share of marketing messages whose reader blocks the number, 0 to 1.
    #[serde(default)]
    pub blocks: f64,
}

fn first() -> String {
    "15553000000".to_owned()
}

fn six() -> u16 {
    6
}

/// Something to say: a text, or a whole message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Saying {
    Plain(String),
    Weighted(Weighted),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weighted {
    #[serde(default)]
    pub text: Option<String>,
    /// A message as `POST /_control/customers/{id}/messages` takes it.
    #[serde(default)]
    pub message: Option<Value>,
    #[serde(default = "one")]
    pub weight: u32,
    /// Only said by who speaks it.
    #[serde(default)]
    pub language: Option<String>,
}

fn one() -> u32 {
    1
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reads {
    /// After it was delivered.
    pub after: Wait,
    /// Share that is never read, 0 to 1.
    #[serde(default)]
    pub never: f64,
}

/// What somebody does about a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reaction {
    /// Only when what the phone shows fits this pattern: `*` stands for anything, case doesn't matter.
    #[serde(default)]
    pub asks: Option<String>,
    /// Only messages of this type, such as `template`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Only this template.
    #[serde(default)]
    pub template: Option<String>,
    /// How probable it is, 0 to 1; else the next that fits is looked for.
    #[serde(default = "certain")]
    pub chance: f64,
    /// After reading.
    #[serde(default = "soon")]
    pub after: Wait,
    /// `random`, or the `title`, `id` or `index` of a button or list row.
    #[serde(default)]
    pub tap: Option<Value>,
    #[serde(default)]
    pub say: Vec<Saying>,
    /// An emoji.
    #[serde(default)]
    pub react: Option<String>,
    /// `opt_out`, `opt_in`, `block`, or `leave`.
    #[serde(default)]
    pub then: Option<Then>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    OptOut,
    OptIn,
    Block,
    Leave,
}

fn certain() -> f64 {
    1.0
}

fn soon() -> Wait {
    Wait::Between(Span::from_ms(2_000), Span::from_ms(20_000))
}

impl Crowd {
    /// Why this crowd can't be, with the field to blame.
    pub(crate) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if !(1..=MOST).contains(&self.customers) {
            return Some(("customers", "a crowd has 1 to 100000 customers"));
        }
        if phone::digits(&self.first).is_none() || self.wa_id(self.customers).is_none() {
            return Some(("first", "a phone number has 7 to 15 digits"));
        }
        if !(0.0..=60_000.0).contains(&self.per_minute) {
            return Some(("per_minute", "is between 0 and 60000"));
        }
        if self.per_minute > 0.0 && self.says.is_empty() {
            return Some(("says", "who begins conversations needs something to say"));
        }
        let shares = [self.usernames, self.gives_up, self.opts_out, self.blocks];
        let never = self.reads.as_ref().map_or(0.0, |reads| reads.never);
        let chances = self.answers.iter().map(|answer| answer.chance);
        if shares.into_iter().chain([never]).chain(chances).any(|share| !(0.0..=1.0).contains(&share)) {
            return Some(("", "a share is between 0 and 1"));
        }
        None
    }

    /// The number of the person with this index.
    pub(crate) fn wa_id(&self, index: u32) -> Option<String> {
        let first: u64 = phone::digits(&self.first)?.parse().ok()?;
        let wa_id = (first + u64::from(index)).to_string();
        (7..=15).contains(&wa_id.len()).then_some(wa_id)
    }

    pub(crate) fn name(&self, index: u32) -> String {
        match self.names.len() {
            0 => format!("Customer {}", index + 1),
            many => self.names[index as usize % many].clone(),
        }
    }

    /// What a person speaks: the same each time.
    pub(crate) fn language(&self, index: u32) -> Option<&str> {
        let total: u64 = self.languages.values().map(|weight| u64::from(*weight)).sum();
        let mut throw = Dice::new(u64::from(index), "language").below(total);
        for (language, weight) in &self.languages {
            if throw < u64::from(*weight) {
                return Some(language);
            }
            throw -= u64::from(*weight);
        }
        None
    }
}

impl Saying {
    fn weight(&self) -> u64 {
        match self {
            Self::Plain(_) => 1,
            Self::Weighted(saying) => u64::from(saying.weight),
        }
    }

    fn fits(&self, language: Option<&str>) -> bool {
        match self {
            Self::Weighted(Weighted { language: Some(spoken), .. }) => Some(spoken.as_str()) == language,
            _ => true,
        }
    }

    /// The message, with `{name}` and `{n}` (a person's number in the crowd, from 1) filled in.
    fn message(&self, name: &str, n: u32) -> Value {
        let fill = |text: &str| text.replace("{name}", name).replace("{n}", &n.to_string());
        match self {
            Self::Plain(text) => json!({ "type": "text", "text": { "body": fill(text) } }),
            Self::Weighted(Weighted { message: Some(message), .. }) => message.clone(),
            Self::Weighted(saying) => {
                json!({ "type": "text", "text": { "body": fill(saying.text.as_deref().unwrap_or("…")) } })
            }
        }
    }
}

/// One of several, by their weights, among those in the speaker's language.
pub(crate) fn pick(
    sayings: &[Saying],
    language: Option<&str>,
    dice: &mut Dice,
    name: &str,
    index: u32,
) -> Option<Value> {
    let fitting = || sayings.iter().filter(|saying| saying.fits(language));
    let total: u64 = fitting().map(Saying::weight).sum();
    if total == 0 {
        return None;
    }
    let mut throw = dice.below(total);
    for saying in fitting() {
        if throw < saying.weight() {
            return Some(saying.message(name, index + 1));
        }
        throw -= saying.weight();
    }
    None
}

/// Whether a text fits a pattern in which `*` stands for anything. Without `*` it is looked for anywhere.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    if !pattern.contains('*') {
        return text.contains(&pattern);
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(fits("order number", "What is your Order Number?"));
        assert!(fits("*order*?", "Which order, please?"));
        assert!(!fits("order*", "Which order?"));
    }

    #[test]
    fn sayings_follow_weights_and_languages() {
        let says: Vec<Saying> = serde_json::from_value(json!([
            { "text": "hola {name}", "language": "es" }, { "text": "never", "weight": 0 }, { "text": "hi", "language": "en" },
        ]))
        .unwrap();
        let mut dice = Dice::new(1, "t");
        let said = |language, dice: &mut Dice| {
            pick(&says, Some(language), dice, "Ana", 0).unwrap()["text"]["body"].clone()
        };
        assert!((0..20).all(|_| said("es", &mut dice) == "hola Ana"));
        assert!((0..20).all(|_| said("en", &mut dice) == "hi"));
    }
}
