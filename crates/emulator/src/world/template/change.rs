//! Edits and deletions, as the business asks for them.

use cloud_api::template::{self, Category};
use serde_json::{Value, json};

use super::catalog::{checked, fill, invalid};
use super::{Status, Template, wire};
use crate::config::Config;
use crate::graph::error::GraphError;
use crate::world::World;
use crate::world::account::DAY;

type Answer = Result<Value, GraphError>;

/// Templates that one call may delete or archive.
const BULK: usize = 100;
/// Edits of an approved template in 30 days; there is one a day.
const EDITS: usize = 10;

impl World {
    /// `POST /{template_id}`: other components, category or options.
    pub(crate) fn edit_template(&mut self, config: &Config, id: &str, body: Value) -> Answer {
        let body = wire::as_json(body);
        let now = self.now;
        let template = self.templates.get(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
        if template.auto_generated {
            return Err(own(2_388_318, "Templates made by Direct Send can't be changed"));
        }
        may_edit(template, now)?;
        let side_by_side = check_edit(template, &body)?;
        let category = match body["category"].as_str().map(Category::from) {
            Some(category) if category != template.category => {
                if template.status == Status::Approved {
                    let why = "The category of an approved template can't be changed.";
                    return Err(invalid("The category can't be changed", why));
                }
                // The name's other languages must agree; this one doesn't count.
                let (waba, name) = (template.waba_id.clone(), template.name.clone());
                let others = self.templates.values().filter(|t| {
                    t.id != id
                        && t.waba_id == waba
                        && t.name == name
                        && t.holds_its_name()
                        && t.category != category
                });
                if others.count() > 0 {
                    let why = "All languages of a template are of one category.";
                    return Err(invalid("The category doesn't fit the other languages", why));
                }
                Some(category)
            }
            _ => None,
        };
        self.apply_edit(config, id, &body, category, side_by_side)
    }

    fn apply_edit(
        &mut self,
        config: &Config,
        id: &str,
        body: &Value,
        category: Option<Category>,
        side_by_side: bool,
    ) -> Answer {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else {
            return Err(GraphError::unknown_object("post", id));
        };
        fill(template, body);
        template.updated_at = Some(now);
        if let Some(category) = category {
            template.previous_category = Some(std::mem::replace(&mut template.category, category));
        }
        let was = template.status;
        if was == Status::Approved {
            template.edits.retain(|at| now - at < 30 * DAY);
            template.edits.push(now);
        } else {
            template.status = Status::Pending;
            template.rejection = None;
            template.pause = None;
            self.tell_status(config, id, "PENDING", json!({}));
        }
        if body["components"].is_array() {
            self.tell_components(config, id);
        }
        self.submit(config, id, side_by_side);
        let template = &self.templates[id];
        Ok(json!({ "success": true, "id": id, "name": template.name, "category": template.category }))
    }

    /// `message_template_components_update`.
    fn tell_components(&mut self, config: &Config, id: &str) {
        let Some(template) = self.templates.get(id) else { return };
        let mut value = json!({ "message_template_element": template.body() });
        for (kind, key) in [("HEADER", "message_template_title"), ("FOOTER", "message_template_footer")] {
            if let Some(text) = template.component(kind).and_then(|c| c["text"].as_str()) {
                value[key] = Value::from(text);
            }
        }
        if let Some(buttons) = template.component("BUTTONS").and_then(|c| c["buttons"].as_array()) {
            value["message_template_buttons"] = buttons.iter().map(told_button).collect();
        }
        self.tell(config, id, "message_template_components_update", value);
    }

    /// `DELETE /{WABA}/message_templates` by `name` (all languages), by `name` and `hsm_id`, or by `hsm_ids`.
    pub(crate) fn delete_templates(
        &mut self,
        config: &Config,
        waba_id: &str,
        name: Option<&str>,
        ids: Option<Vec<String>>,
    ) -> Answer {
        if name.is_none() && ids.is_none() {
            return Err(GraphError::required("name"));
        }
        if ids.as_ref().is_some_and(|ids| ids.len() > BULK) {
            return Err(GraphError::parameter(format!("Param hsm_ids must have {BULK} elements at most")));
        }
        let fits = |t: &&Template| {
            t.waba_id == waba_id
                && t.holds_its_name()
                && name.is_none_or(|name| t.name == name)
                && ids.as_ref().is_none_or(|ids| ids.contains(&t.id))
        };
        let found: Vec<&Template> = self.templates.values().filter(fits).collect();
        if found.is_empty()
            || ids.as_ref().is_some_and(|ids| ids.iter().any(|id| found.iter().all(|t| t.id != *id)))
        {
            let name = name.map_or_else(String::new, |name| format!("{name} "));
            let told = format!("The message template {name}wasn't found for this account.");
            return Err(invalid("Message Template Not Found", &told).subcode(2_593_002));
        }
        for template in &found {
            may_delete(template)?;
        }
        let found: Vec<String> = found.into_iter().map(|t| t.id.clone()).collect();
        for id in found {
            self.delete_template(config, &id);
        }
        Ok(json!({ "success": true }))
    }

    /// `POST /{WABA}/message_templates/archive` and `…/unarchive`.
    pub(crate) fn archive_templates(
        &mut self,
        config: &Config,
        waba_id: &str,
        ids: &[String],
        out: bool,
    ) -> Answer {
        if ids.is_empty() {
            return Err(GraphError::required("hsm_ids"));
        }
        if ids.len() > BULK {
            return Err(GraphError::parameter(format!("Param hsm_ids must have {BULK} elements at most")));
        }
        let mut done = Vec::new();
        let mut failed = serde_json::Map::new();
        for id in ids {
            let status = self.templates.get(id).filter(|t| t.waba_id == waba_id).map(|t| t.status);
            match (status, out) {
                (Some(Status::Archived), true) => self.unarchive(config, id),
                (Some(Status::Approved | Status::Rejected | Status::Paused), false) => {
                    self.archive(config, id)
                }
                (None, _) => {
                    failed.insert(id.clone(), Value::from("Template not found"));
                    continue;
                }
                (Some(status), _) => {
                    let why = format!("A template with status {} can't be moved", status.name());
                    failed.insert(id.clone(), Value::from(why));
                    continue;
                }
            }
            done.push(id.clone());
        }
        let key = if out { "unarchived_templates" } else { "archived_templates" };
        Ok(json!({ (key): done, "failed_templates": failed }))
    }
}

/// Only approved, rejected and paused templates; approved ones once a day and ten times in 30 days.
fn may_edit(template: &Template, now: i64) -> Result<(), GraphError> {
    if !matches!(template.status, Status::Approved | Status::Rejected | Status::Paused) {
        let why = format!("A template with status {} can't be edited.", template.status.name());
        return Err(invalid("The template can't be edited", &why));
    }
    if template.status != Status::Approved {
        return Ok(());
    }
    let within = |length: i64| template.edits.iter().filter(|at| now - **at < length).count();
    if within(DAY) >= 1 || within(30 * DAY) >= EDITS {
        let why = "An approved template can be edited once in 24 hours and ten times in 30 days.";
        return Err(invalid("The template was edited too often", why));
    }
    Ok(())
}

/// The edit by itself, and the template it makes.
fn check_edit(template: &Template, body: &Value) -> Result<bool, GraphError> {
    let mut whole = body.clone();
    if whole["category"].is_null() {
        whole["category"] = json!(template.category);
    }
    checked(template::check_edit(body)).and_then(|_| checked(template::check_edit(&whole)))?;
    if !body["components"].is_array() {
        return Ok(false);
    }
    whole["name"] = Value::from(template.name.as_str());
    whole["language"] = Value::from(template.language.as_str());
    if whole["parameter_format"].is_null() {
        whole["parameter_format"] = Value::from(template.parameter_format.as_str());
    }
    checked(template::check(&whole))
}

pub(crate) fn may_delete(template: &Template) -> Result<(), GraphError> {
    if template.auto_generated {
        return Err(own(2_388_330, "Templates made by Direct Send can't be deleted"));
    }
    if template.status == Status::Disabled {
        return Err(invalid("The template can't be deleted", "A disabled template can't be deleted."));
    }
    Ok(())
}

fn own(subcode: i64, title: &str) -> GraphError {
    invalid(title, "The platform makes and keeps these templates itself.").subcode(subcode)
}

fn told_button(button: &Value) -> Value {
    let mut told = json!({
        "message_template_button_type": button["type"], "message_template_button_text": button["text"],
    });
    if button["text"].is_null() {
        told["message_template_button_text"] = button["type"].clone();
    }
    for key in ["url", "phone_number"] {
        if let Some(text) = button[key].as_str() {
            told[format!("message_template_button_{key}")] = Value::from(text);
        }
    }
    told
}
