//! When an auto-reply rule answers.

use crate::Effect;
use model::rule::{Matching, Rule, words};
use serde_json::Value;

/// What the rules want done about a contact's message: the first enabled rule that matches answers, in the given order.
///
/// `content` is the inbound message, Cloud-API-shaped. Texts, template quick replies, and button and list replies are
/// looked at; anything else matches nothing.
pub fn decide(rules: &[Rule], content: &Value) -> Vec<Effect> {
    let Some(text) = said(content) else { return Vec::new() };
    let message = words(text);
    if message.is_empty() {
        return Vec::new();
    }
    let rule = rules.iter().find(|rule| rule.enabled && matches(rule, &message));
    rule.map(|rule| Effect::Send { rule: rule.id, content: rule.reply.clone() }).into_iter().collect()
}

fn said(content: &Value) -> Option<&str> {
    let kind = content["type"].as_str()?;
    let body = &content[kind];
    match kind {
        "text" => body["body"].as_str(),
        "button" => body["text"].as_str(),
        "interactive" => ["button_reply", "list_reply"].iter().find_map(|r| body[r]["title"].as_str()),
        _ => None,
    }
}

fn matches(rule: &Rule, message: &[String]) -> bool {
    // A keyword without a word would stand in every message; it can't be saved, and matches nothing.
    rule.keywords.iter().map(|k| words(k)).filter(|k| !k.is_empty()).any(|keyword| match rule.matching {
        Matching::Exact => keyword == message,
        Matching::Contains => message.windows(keyword.len()).any(|w| w == keyword),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::RuleId;
    use proptest::prelude::*;
    use serde_json::json;

    fn rule(number: u128, matching: Matching, keywords: &[&str]) -> Rule {
        Rule {
            id: RuleId(uuid_from(number)),
            name: "Greeting".into(),
            enabled: true,
            keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
            matching,
            reply: json!({"type":"text","text":{"body": number.to_string()}}),
        }
    }

    fn uuid_from(number: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(number)
    }

    fn text(body: &str) -> Value {
        json!({"type":"text","text":{"body":body}})
    }

    #[test]
    fn a_keyword_is_found_whatever_its_case_and_punctuation() {
        let rules = [rule(1, Matching::Exact, &["hola", "hi"])];
        for said in ["hola", "HOLA!", "  ¡Hola! ", "Hi."] {
            assert_eq!(decide(&rules, &text(said)).len(), 1, "{said}");
        }
        for said in ["hola que tal", "high", "", "!!!", "ho la"] {
            assert!(decide(&rules, &text(said)).is_empty(), "{said}");
        }
    }

    #[test]
    fn contains_wants_whole_words_in_order() {
        let rules = [rule(1, Matching::Contains, &["my order"])];
        assert_eq!(decide(&rules, &text("Where is my order?")).len(), 1);
        assert!(decide(&rules, &text("order, my dear")).is_empty());
        assert!(decide(&rules, &text("my orders")).is_empty());
    }

    #[test]
    fn the_first_enabled_rule_answers_alone() {
        let mut rules = vec![rule(1, Matching::Exact, &["hi"]), rule(2, Matching::Exact, &["hi"])];
        let sender = |effects: Vec<Effect>| {
            effects.into_iter().map(|Effect::Send { rule, .. }| rule).collect::<Vec<_>>()
        };
        assert_eq!(sender(decide(&rules, &text("hi"))), [rules[0].id]);
        rules[0].enabled = false;
        assert_eq!(sender(decide(&rules, &text("hi"))), [rules[1].id]);
    }

    #[test]
    fn taps_count_as_words_and_pictures_do_not() {
        let rules = [rule(1, Matching::Exact, &["hours"])];
        let tap = json!({"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"x","title":"Hours"}}});
        assert_eq!(decide(&rules, &tap).len(), 1);
        assert_eq!(
            decide(&rules, &json!({"type":"button","button":{"text":"hours","payload":"p"}})).len(),
            1
        );
        assert!(decide(&rules, &json!({"type":"image","image":{"caption":"hours"}})).is_empty());
    }

    proptest! {
        #[test]
        fn no_message_breaks_a_rule(body in ".*", keyword in ".*") {
            decide(&[rule(1, Matching::Contains, &[&keyword]), rule(2, Matching::Exact, &[&keyword])], &text(&body));
        }
    }
}
