//! Direct Send: content that names a category instead of a template. The platform finds a template that it made before, or
//! makes one.

use cloud_api::template::Category;
use serde_json::{Value, json};

use super::{Status, Step, Template};
use crate::config::Config;
use crate::dice::fnv;
use crate::graph::error::GraphError;
use crate::world::World;
use crate::world::account::DAY;

/// How often content may be in the wrong category before Direct Send is taken away, and for how long.
const STRIKES: u32 = 3;
const RESTRICTION: i64 = 7 * DAY;
/// The language of templates that are made from content, which doesn't say its own.
const LANGUAGE: &str = "en";

/// Whether a message is to be sent that way.
pub(crate) fn wanted(body: &Value) -> bool {
    matches!(body["category"].as_str(), Some("utility" | "authentication"))
}

impl World {
    /// The id of the template for a message, found or made.
    pub(crate) fn direct_template(
        &mut self,
        config: &Config,
        phone_number_id: &str,
        body: &Value,
    ) -> Result<String, GraphError> {
        let waba_id = self.numbers.get(phone_number_id).map(|n| n.waba_id.clone()).unwrap_or_default();
        let settings = self.wabas.get(&waba_id).map(|waba| waba.settings.clone()).unwrap_or_default();
        if !settings.direct_send {
            return Err(GraphError::message(100).details("Param category is not available for this account"));
        }
        if settings.direct_send_restricted_until.is_some_and(|until| until > self.now) {
            return Err(GraphError::message(139_200));
        }
        let category = Category::from(body["category"].as_str().unwrap_or(""));
        let components = components(body);
        let asked = body["direct_send_config"]["template_name"].as_str();
        let same = |t: &&Template| {
            t.auto_generated
                && t.waba_id == waba_id
                && t.category == category
                && t.components == components
                && asked.is_none_or(|name| t.name == name)
        };
        match self.templates.values().find(same) {
            Some(found) => match found.status {
                Status::Paused => Err(GraphError::message(132_015)),
                Status::Disabled => Err(GraphError::message(132_016)),
                _ => Ok(found.id.clone()),
            },
            None => {
                let name = self.direct_name(&waba_id, asked, &components);
                let mut template = Template::new(self.new_template_id(), &waba_id, &name, LANGUAGE);
                template.category = category;
                template.components = components;
                Ok(self.make_direct(config, template))
            }
        }
    }

    /// Keeps a template that was made from content, and plans what follows when it is in the wrong category.
    fn make_direct(&mut self, config: &Config, mut template: Template) -> String {
        template.created_at = Some(self.now);
        template.auto_generated = true;
        let (id, opinion) = (template.id.clone(), self.opinion(&template, false));
        let wrong = opinion.category.filter(|correct| *correct != template.category);
        self.templates.insert(id.clone(), template);
        if let Some(correct) = wrong {
            let wait = opinion.after_ms.unwrap_or_else(|| config.timing.review.sample(&mut self.delays));
            self.plan_template(self.now + wait, &id, Step::Miscategorized { correct });
        }
        id
    }

    /// A name that is free: the one asked for, or one made from the content.
    fn direct_name(&self, waba_id: &str, asked: Option<&str>, components: &[Value]) -> String {
        let made = || format!("direct_send_{:08x}", fnv(json!(components).to_string().as_bytes()) >> 32);
        let wanted = asked.map_or_else(made, str::to_owned);
        let mut name = wanted.clone();
        let mut number = 1;
        while self.template_named(waba_id, &name, LANGUAGE).is_some() {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        name
    }

    /// The platform finds that a template is in the wrong category. Who does that again and again with Direct Send loses it
    /// for a while.
    pub(crate) fn miscategorized(&mut self, config: &Config, id: &str, correct: &Category) {
        let Some(template) = self.templates.get(id) else { return };
        let (waba_id, direct) = (template.waba_id.clone(), template.auto_generated);
        let more = json!({ "category": template.category, "correct_category": correct });
        self.tell(config, id, "template_correct_category_detection", more);
        let until = self.now + RESTRICTION;
        let Some(waba) = self.wabas.get_mut(&waba_id).filter(|_| direct) else { return };
        waba.settings.strikes += 1;
        if waba.settings.strikes < STRIKES {
            return;
        }
        waba.settings.strikes = 0;
        waba.settings.direct_send_restricted_until = Some(until);
        let value = json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [{
            "restriction_type": "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES", "expiration": until.div_euclid(1_000),
        }] });
        self.notify_management(config, &waba_id, "account_update", value);
    }
}

/// Until when delivery is tried, Unix ms, when the message says so.
pub(crate) fn expiry(body: &Value, now: i64) -> Option<i64> {
    body["ttl_seconds"].as_i64().map(|seconds| now + seconds * 1_000)
}

/// The parts of a template for a message: what has a digit in it differs from message to message and becomes a variable.
fn components(body: &Value) -> Vec<Value> {
    let interactive = &body["interactive"];
    let text = body["text"]["body"].as_str().or(interactive["body"]["text"].as_str()).unwrap_or("");
    let (text, values) = with_variables(text);
    let mut parts = Vec::new();
    if let Some(header) = interactive["header"]["text"].as_str() {
        parts.push(json!({ "type": "HEADER", "format": "TEXT", "text": header }));
    }
    let mut words = json!({ "type": "BODY", "text": text });
    if !values.is_empty() {
        words["example"] = json!({ "body_text": [vec!["sample"; values.len()]] });
    }
    parts.push(words);
    if let Some(footer) = interactive["footer"]["text"].as_str() {
        parts.push(json!({ "type": "FOOTER", "text": footer }));
    }
    let action = &interactive["action"];
    let replies = action["buttons"].as_array().into_iter().flatten();
    let mut buttons: Vec<Value> =
        replies.map(|b| json!({ "type": "QUICK_REPLY", "text": b["reply"]["title"] })).collect();
    if let Some(label) = action["parameters"]["display_text"].as_str() {
        buttons.push(json!({ "type": "URL", "text": label, "url": action["parameters"]["url"] }));
    }
    if !buttons.is_empty() {
        parts.push(json!({ "type": "BUTTONS", "buttons": buttons }));
    }
    parts
}

fn with_variables(text: &str) -> (String, Vec<&str>) {
    let mut values = Vec::new();
    let mut out = Vec::new();
    for word in text.split(' ') {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        if core.contains(|c: char| c.is_ascii_digit()) {
            values.push(core);
            out.push(word.replacen(core, &format!("{{{{{}}}}}", values.len()), 1));
        } else {
            out.push(word.to_owned());
        }
    }
    (out.join(" "), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_digit_becomes_a_variable() {
        let (text, values) = with_variables("Order #A-42, due 3rd May, is ready.");
        assert_eq!(text, "Order #{{1}}, due {{2}} May, is ready.");
        assert_eq!(values, ["A-42", "3rd"]);
    }
}
