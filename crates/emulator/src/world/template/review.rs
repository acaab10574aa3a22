//! The reviewer: rules that were given, and what Meta's review is known to refuse. Everything else is approved.

use cloud_api::template::Category;
use serde::{Deserialize, Serialize};

use super::{Rejection, Template};
use crate::faults::path_matches;
use crate::world::World;

/// What the reviewer does with templates that fit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRule {
    #[serde(default, rename = "match")]
    pub matching: ReviewMatch,
    #[serde(default)]
    pub decision: Decision,
    /// `rejected_reason`; INVALID_FORMAT when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is wrong, and what would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection_info: Option<RejectionWords>,
    /// The category it gets whatever was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Instead of the usual time a review takes; 0 decides at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u32>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RejectionWords {
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub recommendation: String,
}

/// Which templates; everything that is given must fit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewMatch {
    /// A part of the name, or a pattern with `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The category that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// A part of any of its texts, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decision {
    #[default]
    Approve,
    Reject,
}

/// A template's review under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Review {
    /// How many there have been.
    pub round: u32,
    /// What the reviewer will refuse it for.
    pub refusal: Option<Rejection>,
}

/// What the reviewer thinks of a template that was handed in.
pub(crate) struct Opinion {
    pub rejection: Option<Rejection>,
    pub category: Option<Category>,
    pub after_ms: Option<i64>,
}

impl ReviewRule {
    fn fits(&self, template: &Template) -> bool {
        let wanted = &self.matching;
        let text = wanted.text.as_deref().map(str::to_lowercase);
        wanted.name.as_deref().is_none_or(|name| path_matches(name, &template.name))
            && wanted.category.as_ref().is_none_or(|category| *category == template.category)
            && text.is_none_or(|text| template.texts().iter().any(|t| t.to_lowercase().contains(&text)))
    }

    fn opinion(&self) -> Opinion {
        let rejection = (self.decision == Decision::Reject).then(|| Rejection {
            reason: self.reason.clone().unwrap_or_else(|| "INVALID_FORMAT".to_owned()),
            info: self.rejection_info.as_ref().map(|w| (w.reason.clone(), w.recommendation.clone())),
        });
        Opinion { rejection, category: self.category.clone(), after_ms: self.after_ms.map(i64::from) }
    }
}

impl World {
    /// What the reviewer thinks. `side_by_side`: the body has variables without words between them, which is taken at
    /// first and refused by the reviewer.
    pub(crate) fn opinion(&self, template: &Template, side_by_side: bool) -> Opinion {
        if let Some(rule) = self.templating.reviewer.iter().find(|rule| rule.fits(template)) {
            return rule.opinion();
        }
        let rejection = if side_by_side { Some(next_to_each_other()) } else { self.known_flaw(template) };
        // Codes are approved nearly at once.
        let quick = template.category == Category::Authentication;
        Opinion { rejection, category: None, after_ms: quick.then_some(0) }
    }

    fn known_flaw(&self, template: &Template) -> Option<Rejection> {
        let all = template.texts().join("\n").to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
        if has(SHORTENERS) {
            return Some(Rejection::new(
                "INVALID_FORMAT",
                "The template has a link that was shortened",
                "Use the full link, with your own domain",
            ));
        }
        if has(&["wa.me/", "api.whatsapp.com/send"]) {
            return Some(Rejection::new(
                "INVALID_FORMAT",
                "The template has a link to a WhatsApp chat",
                "Remove the link; customers can answer the message",
            ));
        }
        if has(SENSITIVE) {
            return Some(Rejection::new(
                "SCAM",
                "The template asks for sensitive identifiers",
                "Don't ask for full card numbers, account numbers or identity documents",
            ));
        }
        if template.category == Category::Authentication {
            return None;
        }
        if has(CODES) {
            return Some(Rejection::new(
                "INCORRECT_CATEGORY",
                "One-time codes belong to authentication templates",
                "Create an authentication template",
            ));
        }
        let twin = self.templates.values().any(|other| same_words(template, other));
        twin.then(|| {
            let why = "There is another template with the same body and footer";
            Rejection::new("TAG_CONTENT_MISMATCH", why, "Use that template, or change the text")
        })
    }
}

fn next_to_each_other() -> Rejection {
    Rejection::new("INVALID_FORMAT", "Variables are next to each other", "Add text between the variables")
}

/// Another template of the account that says the same.
fn same_words(template: &Template, other: &Template) -> bool {
    let footer = |t: &Template| t.component("FOOTER").and_then(|c| c["text"].as_str()).map(str::to_owned);
    other.id != template.id
        && other.waba_id == template.waba_id
        && other.name != template.name
        && other.holds_its_name()
        && other.rejection.is_none()
        && !template.body().is_empty()
        && other.body() == template.body()
        && footer(other) == footer(template)
}

const SHORTENERS: &[&str] = &[
    "bit.ly/",
    "tinyurl.com/",
    "goo.gl/",
    "//t.co/",
    "ow.ly/",
    "is.gd/",
    "cutt.ly/",
    "rebrand.ly/",
    "buff.ly/",
];
const SENSITIVE: &[&str] =
    &["full card number", "credit card number", "social security number", "bank account number"];
const CODES: &[&str] = &["verification code", "one-time password", "one-time code", "one time password"];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_fits_by_name_category_and_text() {
        let rule: ReviewRule = serde_json::from_value(json!({
            "match": { "name": "promo_*", "category": "utility", "text": "SALE" }, "decision": "reject",
        }))
        .unwrap();
        let mut template = Template::new("1".into(), "2", "promo_june", "en");
        template.components = vec![json!({ "type": "BODY", "text": "A sale for everybody." })];
        assert!(rule.fits(&template));
        template.category = Category::Marketing;
        assert!(!rule.fits(&template));
        assert_eq!(rule.opinion().rejection.unwrap().reason, "INVALID_FORMAT");
    }
}
