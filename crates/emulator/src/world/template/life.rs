//! From one status to the next. Every change is told by webhook.

use cloud_api::template::Category;
use serde_json::{Map, Value, json};

use super::{Pause, Rejection, Score, Status, Step, Template};
use crate::config::Config;
use crate::world::World;
use crate::world::account::{DAY, HOUR, MINUTE};
use crate::world::schedule::Due;

/// How long the first and the second pause for low quality last; after them the template is disabled.
const PAUSES: [(i64, &str); 2] = [(3 * HOUR, "FIRST_PAUSE"), (6 * HOUR, "SECOND_PAUSE")];
/// How soon the business may end a pause itself.
const UNPAUSE_AFTER: i64 = 5 * MINUTE;
/// A template without messages for a year is archived, and gone four weeks later.
const IDLE: i64 = 365 * DAY;
const ARCHIVE_LIFETIME: i64 = 28 * DAY;
/// A deleted template's name is free again after this, and messages on their way are given up.
pub(super) const DELETION: i64 = 30 * DAY;

impl World {
    pub(super) fn plan_template(&mut self, at: i64, id: &str, step: Step) {
        self.schedule.add(at, Due::Template { id: id.to_owned(), step });
    }

    /// Carries out what was planned for a template, unless things have changed since.
    pub(crate) fn template_due(&mut self, config: &Config, id: &str, step: Step) {
        let now = self.now;
        let Some(template) = self.templates.get(id) else { return };
        match step {
            Step::Decide { round } if template.review.round == round => self.decide(config, id),
            Step::Unpause if template.pause.is_some_and(|pause| pause.until <= now) => {
                self.unpause(config, id);
            }
            Step::Recategorize => {
                if let Some((category, at)) = template.moving.clone()
                    && at <= now
                {
                    self.recategorized(config, id, category);
                }
            }
            Step::Assess => self.assess(config, id),
            Step::Idle => self.idle(config, id),
            Step::Miscategorized { correct } => self.miscategorized(config, id, &correct),
            Step::Gone if matches!(template.status, Status::Archived | Status::PendingDeletion) => {
                self.tell_status(config, id, "DELETED", json!({}));
                self.templates.remove(id);
            }
            Step::Decide { .. } | Step::Unpause | Step::Gone => {}
        }
    }

    /// Hands a template in: it is decided at once, or after the time a review takes.
    pub(crate) fn submit(&mut self, config: &Config, id: &str, side_by_side: bool) {
        let Some(template) = self.templates.get(id) else { return };
        let opinion = self.opinion(template, side_by_side);
        let wait = opinion.after_ms.unwrap_or_else(|| config.timing.review.sample(&mut self.delays));
        let at = self.now + wait;
        let Some(template) = self.templates.get_mut(id) else { return };
        template.review.round += 1;
        template.review.refusal = opinion.rejection;
        if let Some(category) = opinion.category.filter(|_| template.category != Category::Authentication) {
            template.category = category;
        }
        let round = template.review.round;
        if wait == 0 { self.decide(config, id) } else { self.plan_template(at, id, Step::Decide { round }) }
    }

    fn decide(&mut self, config: &Config, id: &str) {
        let Some(template) = self.templates.get_mut(id) else { return };
        match template.review.refusal.take() {
            Some(rejection) => self.reject(config, id, rejection),
            None if template.status != Status::Approved => self.approve(config, id),
            None => {}
        }
    }

    /// The template may be sent. New ones are paced when that is switched on.
    pub(crate) fn approve(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::Approved;
        template.rejection = None;
        template.pause = None;
        template.review.round += 1;
        template.updated_at = Some(now);
        self.pace_anew(config, id);
        self.tell_status(config, id, "APPROVED", json!({}));
        self.plan_template(now + IDLE, id, Step::Idle);
    }

    pub(crate) fn reject(&mut self, config: &Config, id: &str, rejection: Rejection) {
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::Rejected;
        template.review.round += 1;
        let mut more = json!({ "reason": rejection.reason });
        if let Some(info) = rejection.info_json() {
            more["rejection_info"] = info;
        }
        template.rejection = Some(rejection);
        template.updated_at = Some(self.now);
        self.tell_status(config, id, "REJECTED", more);
    }

    /// Quality is low: 3 hours, then 6, then never again.
    pub(crate) fn pause_for_quality(&mut self, config: &Config, id: &str, by_pacing: bool) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return };
        let Some((length, title)) = PAUSES.get(usize::from(template.pauses)).copied() else {
            return self.disable(config, id);
        };
        template.pauses += 1;
        let description = format!("Paused for {} hours due to low quality", length / HOUR);
        self.pause(config, id, Pause { at: now, until: now + length, by_pacing }, (title, &description));
    }

    /// Stops a template for some time, with the words its webhook carries.
    pub(crate) fn pause(&mut self, config: &Config, id: &str, pause: Pause, (title, why): (&str, &str)) {
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::Paused;
        template.pause = Some(pause);
        template.updated_at = Some(self.now);
        let more = json!({ "other_info": { "title": title, "description": why } });
        self.tell_status(config, id, "PAUSED", more);
        self.plan_template(pause.until, id, Step::Unpause);
    }

    /// A pause is over; quality is measured anew.
    pub(crate) fn unpause(&mut self, config: &Config, id: &str) {
        let Some(template) = self.templates.get_mut(id).filter(|t| t.status == Status::Paused) else {
            return;
        };
        template.status = Status::Approved;
        template.pause = None;
        template.updated_at = Some(self.now);
        let more =
            json!({ "other_info": { "title": "UNPAUSE", "description": "The template can be sent again" } });
        self.tell_status(config, id, "APPROVED", more);
        self.score(config, id, Score::Unknown);
        self.pace_anew(config, id);
    }

    /// The business ends a pause: only one that pacing made, and not at once. The reason if it can't.
    pub(crate) fn unpause_by_business(&mut self, config: &Config, id: &str) -> Result<(), &'static str> {
        let now = self.now;
        let pause = self.templates.get(id).filter(|t| t.status == Status::Paused).and_then(|t| t.pause);
        match pause {
            None => Err("The template is not paused"),
            Some(pause) if !pause.by_pacing => {
                Err("Only templates that were paused by pacing can be unpaused")
            }
            Some(pause) if now - pause.at < UNPAUSE_AFTER => {
                Err("A template can be unpaused five minutes after it was paused")
            }
            Some(_) => {
                self.unpause(config, id);
                Ok(())
            }
        }
    }

    pub(crate) fn disable(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::Disabled;
        template.pause = None;
        template.updated_at = Some(now);
        let more = json!({
            "disable_info": { "disable_date": now.div_euclid(1_000) },
            "other_info": { "title": "DISABLED", "description": "Disabled after repeated negative feedback" },
        });
        self.tell_status(config, id, "DISABLED", more);
    }

    /// Quality changes; when it turns red the template is paused, and what pacing holds is dropped.
    pub(crate) fn rate(&mut self, config: &Config, id: &str, score: Score) {
        self.score(config, id, score);
        let approved = self.templates.get(id).is_some_and(|t| t.status == Status::Approved);
        if score == Score::Red && approved {
            let held = self.drop_held(config, id);
            self.pause_for_quality(config, id, held);
        }
    }

    fn score(&mut self, config: &Config, id: &str, score: Score) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id).filter(|t| t.quality.score != score) else { return };
        let before = std::mem::replace(&mut template.quality.score, score);
        template.quality.since = Some(now);
        let more = json!({ "previous_quality_score": before.name(), "new_quality_score": score.name() });
        self.tell(config, id, "message_template_quality_update", more);
    }

    /// Announces another category, or (without notice) moves the template there.
    pub(crate) fn recategorize(&mut self, config: &Config, id: &str, category: Category, notice_ms: i64) {
        if notice_ms <= 0 {
            return self.recategorized(config, id, category);
        }
        let at = self.now + notice_ms;
        let Some(template) = self.templates.get_mut(id) else { return };
        let more = json!({
            "new_category": template.category, "correct_category": category,
            "category_update_timestamp": at.div_euclid(1_000),
        });
        template.moving = Some((category, at));
        self.tell(config, id, "template_category_update", more);
        self.plan_template(at, id, Step::Recategorize);
    }

    fn recategorized(&mut self, config: &Config, id: &str, category: Category) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return };
        template.moving = None;
        if template.category == category {
            return;
        }
        let before = std::mem::replace(&mut template.category, category.clone());
        template.previous_category = Some(before.clone());
        template.updated_at = Some(now);
        let more = json!({ "previous_category": before, "new_category": category });
        self.tell(config, id, "template_category_update", more);
    }

    pub(crate) fn archive(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::Archived;
        template.updated_at = Some(now);
        self.tell_status(config, id, "ARCHIVED", json!({}));
        self.plan_template(now + ARCHIVE_LIFETIME, id, Step::Gone);
    }

    pub(crate) fn unarchive(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id).filter(|t| t.status == Status::Archived) else {
            return;
        };
        template.status = Status::Approved;
        template.updated_at = Some(now);
        self.tell_status(config, id, "UNARCHIVED", json!({}));
        self.plan_template(now + IDLE, id, Step::Idle);
    }

    fn idle(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get(id).filter(|t| t.status == Status::Approved) else { return };
        let used = template.used_at.or(template.updated_at).or(template.created_at).unwrap_or(now);
        if now - used >= IDLE {
            self.archive(config, id)
        } else {
            self.plan_template(used + IDLE, id, Step::Idle)
        }
    }

    /// Takes a template away. It stays, waiting for its end, while messages are on their way.
    pub(crate) fn delete_template(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let on_its_way = self
            .messages
            .values()
            .any(|m| m.template.as_ref().is_some_and(|t| t.id == id) && m.on_its_way(now));
        let Some(template) = self.templates.get_mut(id) else { return };
        template.status = Status::PendingDeletion;
        template.updated_at = Some(now);
        let key =
            (template.waba_id.clone(), template.name.clone(), template.language.clone(), now + DELETION);
        self.templating.locked.retain(|lock| lock.3 > now);
        self.templating.locked.push(key);
        self.tell_status(config, id, "PENDING_DELETION", json!({ "reason": Value::Null }));
        if on_its_way {
            self.plan_template(now + DELETION, id, Step::Gone);
        } else {
            self.templates.remove(id);
        }
    }

    /// `message_template_status_update`.
    pub(crate) fn tell_status(&mut self, config: &Config, id: &str, event: &str, more: Value) {
        let Some(template) = self.templates.get(id) else { return };
        let mut value = json!({
            "event": event, "reason": "NONE", "message_template_category": template.category,
        });
        extend(&mut value, more);
        self.tell(config, id, "message_template_status_update", value);
    }

    /// A webhook about one template: its identity, and `more`.
    pub(crate) fn tell(&mut self, config: &Config, id: &str, field: &'static str, more: Value) {
        let Some(template) = self.templates.get(id) else { return };
        let mut value = identity(template);
        extend(&mut value, more);
        let (waba, status) = (template.waba_id.clone(), template.status.name());
        self.changes += 1;
        self.effects.feed.push(json!({
            "kind": "template", "at": crate::clock::rfc3339(self.now), "template_id": id, "status": status,
        }));
        self.notify_management(config, &waba, field, value);
    }
}

/// Template ids are numbers in management webhooks, the only ids that are.
fn identity(template: &Template) -> Value {
    let id = template.id.parse::<u64>().map_or_else(|_| Value::from(template.id.as_str()), Value::from);
    json!({
        "message_template_id": id, "message_template_name": template.name,
        "message_template_language": template.language,
    })
}

fn extend(value: &mut Value, more: Value) {
    let more: Map<String, Value> = if let Value::Object(map) = more { map } else { Map::new() };
    if let Value::Object(map) = value {
        map.extend(more);
    }
}
