//! Auto-reply rules: a keyword in a contact's message is answered with a ready message. What a rule is, is here; when it
//! answers, `flow` decides.

use crate::id::RuleId;
use serde_json::Value;

/// Most keywords in one rule.
pub const MAX_KEYWORDS: usize = 50;
/// Longest keyword, in characters.
pub const MAX_KEYWORD: usize = 100;
/// Longest name of a rule, in characters.
pub const MAX_NAME: usize = 100;

/// How a keyword is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// The whole message is the keyword.
    Exact,
    /// The keyword stands in the message as whole words.
    Contains,
}

impl Matching {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Contains => "contains",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "exact" => Self::Exact,
            "contains" => Self::Contains,
            _ => return None,
        })
    }
}

/// An auto-reply rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Our id.
    pub id: RuleId,
    /// As people read it.
    pub name: String,
    /// Whether it runs.
    pub enabled: bool,
    /// What to look for; case, accents' composition aside, and punctuation around words make no difference.
    pub keywords: Vec<String>,
    /// How to look.
    pub matching: Matching,
    /// What to answer: Cloud-API-shaped, without address.
    pub reply: Value,
}

/// What is wrong with a rule: the field and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule's field.
    pub field: &'static str,
    /// What is wrong, with the limit.
    pub message: String,
}

impl Rule {
    /// The first thing that keeps this rule from being saved; the reply's own limits are Meta's and checked elsewhere.
    pub fn problem(&self) -> Option<Problem> {
        let problem = |field, message: String| Some(Problem { field, message });
        if self.name.trim().is_empty() || self.name.chars().count() > MAX_NAME {
            return problem("name", format!("a rule's name has 1 to {MAX_NAME} characters"));
        }
        if self.keywords.is_empty() || self.keywords.len() > MAX_KEYWORDS {
            return problem("keywords", format!("a rule has 1 to {MAX_KEYWORDS} keywords"));
        }
        let bad = |k: &&String| words(k).is_empty() || k.chars().count() > MAX_KEYWORD;
        if let Some(keyword) = self.keywords.iter().find(bad) {
            let shown: String = keyword.chars().take(20).collect();
            return problem(
                "keywords",
                format!("keyword {shown:?} needs a letter or digit and at most {MAX_KEYWORD} characters"),
            );
        }
        None
    }
}

/// The words of a text as rules see them: lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(keywords: &[&str]) -> Rule {
        Rule {
            id: RuleId(uuid::Uuid::from_u128(1)),
            name: "Greeting".into(),
            enabled: true,
            keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
            matching: Matching::Exact,
            reply: Value::Null,
        }
    }

    #[test]
    fn a_rule_names_the_field_that_keeps_it_from_being_saved() {
        let field = |r: Rule| r.problem().map(|p| p.field);
        assert_eq!(field(rule(&["hi"])), None);
        assert_eq!(field(rule(&[])), Some("keywords"));
        assert_eq!(field(rule(&["..."])), Some("keywords"));
        assert_eq!(field(rule(&[&"x".repeat(101)])), Some("keywords"));
        assert_eq!(field(Rule { name: " ".into(), ..rule(&["hi"]) }), Some("name"));
    }
}
