//! A WABA's templates: new ones, authentication templates in bulk, and those that come from another WABA.

use cloud_api::message::{Rule, Violation};
use cloud_api::template::{self, Category, Refusal};
use serde_json::{Value, json};

use super::{Score, Status, Template, library, wire};
use crate::config::Config;
use crate::graph::error::GraphError;
use crate::world::World;
use crate::world::account::HOUR;

type Answer = Result<Value, GraphError>;

/// Templates that one call of a migration looks at.
const MIGRATION_PAGE: usize = 500;

impl World {
    /// `POST /{WABA}/message_templates`.
    pub(crate) fn create_template(&mut self, config: &Config, waba_id: &str, body: Value) -> Answer {
        let mut body = wire::as_json(body);
        let library = from_library(&mut body)?;
        let side_by_side = checked(template::check(&body))?;
        let (name, language) = (text(&body, "name"), text(&body, "language"));
        self.free_name(waba_id, &name, &language)?;
        let category =
            self.category_of_name(waba_id, &name, Category::from(text(&body, "category").as_str()))?;
        self.may_create(config, waba_id)?;
        let mut template = Template::new(self.new_template_id(), waba_id, &name, &language);
        template.category = category;
        template.status = Status::Pending;
        template.created_at = Some(self.now);
        fill(&mut template, &body);
        let approved_before = library.is_some();
        template.library = library;
        let id = template.id.clone();
        self.templates.insert(id.clone(), template);
        if approved_before {
            self.approve(config, &id)
        } else {
            self.submit(config, &id, side_by_side)
        }
        let template = &self.templates[&id];
        Ok(json!({ "id": id, "status": template.status.name(), "category": template.category }))
    }

    /// `POST /{WABA}/upsert_message_templates`: an authentication template in several languages, approved at once.
    pub(crate) fn upsert_templates(&mut self, config: &Config, waba_id: &str, body: Value) -> Answer {
        let body = wire::as_json(body);
        checked(template::check_bulk_authentication(&body))?;
        let name = text(&body, "name");
        self.category_of_name(waba_id, &name, Category::Authentication)?;
        let languages: Vec<String> = body["languages"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|l| l.as_str().map(str::to_owned))
            .collect();
        let mut data = Vec::new();
        for language in languages {
            let id = match self.template_named(waba_id, &name, &language) {
                Some(template) => template.id.clone(),
                None => {
                    self.free_name(waba_id, &name, &language)?;
                    self.may_create(config, waba_id)?;
                    let mut template = Template::new(self.new_template_id(), waba_id, &name, &language);
                    template.created_at = Some(self.now);
                    template.status = Status::Pending;
                    let id = template.id.clone();
                    self.templates.insert(id.clone(), template);
                    id
                }
            };
            if let Some(template) = self.templates.get_mut(&id) {
                template.category = Category::Authentication;
                template.updated_at = Some(self.now);
                fill(template, &body);
            }
            if self.templates.get(&id).is_some_and(|t| t.status != Status::Approved) {
                self.approve(config, &id);
            }
            data.push(json!({ "id": id, "status": "APPROVED", "language": language }));
        }
        self.changes += 1;
        Ok(json!({ "data": data }))
    }

    /// `POST /{WABA}/migrate_message_templates`: copies approved templates of another WABA of the same business.
    pub(crate) fn migrate_templates(
        &mut self,
        config: &Config,
        waba_id: &str,
        from: &str,
        page: usize,
    ) -> Answer {
        let mut source: Vec<Template> =
            self.templates.values().filter(|t| t.waba_id == from && t.holds_its_name()).cloned().collect();
        source.sort_by(|a, b| a.id.cmp(&b.id));
        let mut migrated = Vec::new();
        let mut failed = serde_json::Map::new();
        for template in source.into_iter().skip(page * MIGRATION_PAGE).take(MIGRATION_PAGE) {
            if let Some(why) = self.cannot_migrate(config, waba_id, &template) {
                failed.insert(template.id, Value::from(why));
                continue;
            }
            let mut copy = template.clone();
            copy.id = self.new_template_id();
            copy.waba_id = waba_id.to_owned();
            copy.created_at = Some(self.now);
            (copy.quality, copy.pacing, copy.used_at) = (super::Quality::default(), None, None);
            migrated.push(copy.id.clone());
            self.templates.insert(copy.id.clone(), copy);
        }
        self.changes += 1;
        Ok(json!({ "migrated_templates": migrated, "failed_templates": failed }))
    }

    fn cannot_migrate(&self, config: &Config, waba_id: &str, template: &Template) -> Option<&'static str> {
        if template.status != Status::Approved {
            return Some("The template is not approved");
        }
        if !matches!(template.quality.score, Score::Green | Score::Unknown) {
            return Some("The template's quality is too low");
        }
        if self.free_name(waba_id, &template.name, &template.language).is_err() {
            return Some("A template of this name exists in this language");
        }
        (self.template_count(waba_id) >= self.template_limit(config, waba_id))
            .then_some("The account has reached its limit of templates")
    }

    /// The template of a name in a language, unless it is only waiting for its end.
    pub(crate) fn template_named(&self, waba_id: &str, name: &str, language: &str) -> Option<&Template> {
        let same = |t: &&Template| t.waba_id == waba_id && t.name == name && t.language == language;
        self.templates.values().filter(|t| t.holds_its_name()).find(same)
    }

    pub(crate) fn template_count(&self, waba_id: &str) -> usize {
        self.templates.values().filter(|t| t.waba_id == waba_id && t.holds_its_name()).count()
    }

    pub(crate) fn template_limit(&self, config: &Config, waba_id: &str) -> usize {
        let own = self.wabas.get(waba_id).and_then(|waba| waba.settings.template_limit);
        own.unwrap_or(config.template_limit) as usize
    }

    /// An id that nothing on the platform has.
    pub(super) fn new_template_id(&mut self) -> String {
        loop {
            let id = self.ids.numeric_id(16);
            if self.node(&id).is_none() {
                return id;
            }
        }
    }

    fn free_name(&self, waba_id: &str, name: &str, language: &str) -> Result<(), GraphError> {
        if self.template_named(waba_id, name, language).is_some() {
            return Err(refused(&Refusal::EXISTS));
        }
        let now = self.now;
        let locked = |lock: &(String, String, String, i64)| {
            lock.0 == waba_id && lock.1 == name && lock.2 == language && lock.3 > now
        };
        if self.templating.locked.iter().any(locked) {
            return Err(refused(&Refusal::BEING_DELETED));
        }
        Ok(())
    }

    /// All languages of a name are of one category. A new language of a name that was moved goes where the others are.
    pub(super) fn category_of_name(
        &self,
        waba_id: &str,
        name: &str,
        asked: Category,
    ) -> Result<Category, GraphError> {
        let mut same = self.templates.values().filter(|t| {
            t.waba_id == waba_id && t.name == name && t.holds_its_name() && t.rejection.is_none()
        });
        let Some(other) = same.find(|t| t.category != asked) else { return Ok(asked) };
        if other.previous_category.as_ref() == Some(&asked) {
            return Ok(other.category.clone());
        }
        Err(invalid(
            "The category doesn't fit the other languages",
            &format!("The template {name} is of category {} in its other languages.", other.category),
        ))
    }

    /// So many templates an hour, and so many at all.
    fn may_create(&mut self, config: &Config, waba_id: &str) -> Result<(), GraphError> {
        if self.template_count(waba_id) >= self.template_limit(config, waba_id) {
            return Err(refused(&Refusal::TOO_MANY_TEMPLATES));
        }
        let now = self.now;
        let recent = self.templating.created.entry(waba_id.to_owned()).or_default();
        while recent.front().is_some_and(|at| now - at >= HOUR) {
            recent.pop_front();
        }
        if recent.len() >= config.template_creations_per_hour as usize {
            return Err(GraphError::message(80_007));
        }
        recent.push_back(now);
        Ok(())
    }
}

/// What a request says about a template, in the platform's form.
pub(super) fn fill(template: &mut Template, body: &Value) {
    if let Some(components) = body["components"].as_array() {
        template.components = wire::listed(components, &template.language);
    }
    if let Some(format) = body["parameter_format"].as_str() {
        template.parameter_format = format.to_ascii_uppercase();
    }
    if let Some(kind) = body["sub_category"].as_str() {
        template.sub_category = Some(kind.to_owned());
    }
    if let Some(seconds) = body["message_send_ttl_seconds"].as_i64() {
        template.ttl_seconds = Some(seconds);
    }
    template.options.extend(wire::options(body));
}

/// Completes a body that names a template of the library; its name there and the kinds of its values.
fn from_library(body: &mut Value) -> Result<Option<(String, Vec<String>)>, GraphError> {
    let Some(name) = body["library_template_name"].as_str().map(str::to_owned) else {
        if let Some(map) = body.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
        return Ok(None);
    };
    let language = text(body, "language");
    let entry = library::find(&name, &language).ok_or_else(|| {
        invalid("There is no such library template", &format!("{name} isn't in the library in {language}."))
    })?;
    body["components"] = Value::from(entry.components(&body["library_template_button_inputs"])?);
    if body["category"].is_null() {
        body["category"] = Value::from("UTILITY");
    }
    if let Some(map) = body.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    Ok(Some((name, entry.types.iter().map(|kind| (*kind).to_owned()).collect())))
}

/// Refuses broken rules; what is left for the reviewer passes, and is told.
pub(super) fn checked(result: Result<(), Vec<Violation>>) -> Result<bool, GraphError> {
    let Err(violations) = result else { return Ok(false) };
    match violations.iter().find(|violation| !template::is_for_review(violation)) {
        None => Ok(true),
        Some(violation) => Err(refuse(violation)),
    }
}

fn refuse(violation: &Violation) -> GraphError {
    let top = violation.pointer.trim_start_matches('/');
    if violation.rule == Rule::Required && !top.is_empty() && !top.contains('/') {
        return GraphError::required(top);
    }
    let refusal = template::refusal(violation);
    let message = format!("{} {}", violation.message, refusal.error_user_msg);
    let error =
        GraphError::new(400, refusal.code, "Invalid parameter").user(refusal.error_user_title, message);
    match refusal.error_subcode {
        Some(subcode) => error.subcode(subcode),
        None => error.details(format!("{}: {}", violation.pointer, violation.message)),
    }
}

/// A refusal that has a subcode of its own.
pub(super) fn refused(refusal: &Refusal) -> GraphError {
    let error = GraphError::new(400, refusal.code, "Invalid parameter")
        .user(refusal.error_user_title, refusal.error_user_msg);
    match refusal.error_subcode {
        Some(subcode) => error.subcode(subcode),
        None => error,
    }
}

/// A refusal without a subcode that is known.
pub(super) fn invalid(title: &str, message: &str) -> GraphError {
    GraphError::new(400, 100, "Invalid parameter").user(title, message)
}

pub(super) fn text(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or("").to_owned()
}
