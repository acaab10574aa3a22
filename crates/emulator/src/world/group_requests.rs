//! What a business asks of its groups. It is answered with a request id at once, carried out a moment later, and told
//! by webhook.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::group_webhooks::error_without_link;
use super::groups::{Group, MAX_GROUPS};
use super::schedule::Due;
use crate::config::Config;
use crate::graph::error::GraphError;
use crate::phone;

/// A group that shall be created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub phone_number_id: String,
    pub subject: String,
    pub description: Option<String>,
    pub approval_required: bool,
}

/// New settings of a group; what is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub subject: Option<String>,
    pub description: Option<String>,
    pub picture: Option<Picture>,
}

/// A photo as far as the group needs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Picture {
    /// Base64.
    pub sha256: String,
    /// Why it can't be the group's photo (131209, 131210).
    pub refused: Option<i64>,
}

/// What waits to be carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum GroupWork {
    Create(Asked),
    Change {
        group_id: String,
        settings: Settings,
    },
    /// Participants by what the business called them.
    Remove {
        group_id: String,
        inputs: Vec<String>,
    },
    Delete {
        group_id: String,
    },
}

impl World {
    /// Plans the work; the id under which its outcome will be told.
    pub(crate) fn ask_group(&mut self, config: &Config, work: GroupWork) -> String {
        let request_id = self.ids.numeric_id(15);
        let at = self.now + config.timing.sent.sample(&mut self.delays);
        self.schedule.add(at, Due::Group { request_id: request_id.clone(), work });
        self.changes += 1;
        request_id
    }

    /// The reason why a number can't have another group.
    pub(crate) fn may_create_group(&self, phone_number_id: &str) -> Result<(), GraphError> {
        if !self.groups.enabled(phone_number_id) {
            return Err(GraphError::message(131_215));
        }
        if self.groups.of_number(phone_number_id).len() >= MAX_GROUPS {
            return Err(GraphError::message(131_211));
        }
        Ok(())
    }

    /// Carries out what was asked.
    pub(crate) fn group_due(&mut self, config: &Config, request_id: &str, work: GroupWork) {
        match work {
            GroupWork::Create(asked) => self.create_group(config, request_id, &asked),
            GroupWork::Change { group_id, settings } => {
                self.change_group(config, request_id, &group_id, settings)
            }
            GroupWork::Remove { group_id, inputs } => {
                self.remove_participants(config, request_id, &group_id, &inputs)
            }
            GroupWork::Delete { group_id } => self.delete_group(config, request_id, &group_id),
        }
    }

    fn create_group(&mut self, config: &Config, request_id: &str, asked: &Asked) {
        let number = asked.phone_number_id.as_str();
        let scripted = self.groups.creation_errors.remove(number);
        let refused = scripted.or_else(|| self.may_create_group(number).err().map(|error| error.code));
        let id = self.new_group_id(number);
        let mut update = json!({
            "type": "group_create", "request_id": request_id, "group_id": id, "subject": asked.subject,
        });
        if let Some(description) = &asked.description {
            update["description"] = Value::from(description.as_str());
        }
        if let Some(code) = refused {
            update["errors"] = json!([error_without_link(code)]);
        } else {
            let group = Group::new(id.clone(), asked, self.ids.alphanumeric(22), self.now);
            update["invite_link"] = Value::from(group.invite_link());
            update["join_approval_mode"] = Value::from(group.approval_mode());
            self.groups.all.insert(id.clone(), group);
        }
        self.notify_of_groups(config, number, &id, "group_lifecycle_update", update);
    }

    fn delete_group(&mut self, config: &Config, request_id: &str, group_id: &str) {
        let now = self.now;
        let mut update = json!({ "type": "group_delete", "request_id": request_id });
        match self.groups.get_mut(group_id) {
            Some(group) => {
                group.deleted_at = Some(now);
                group.participants.clear();
                group.requests.clear();
                group.invite_code = None;
            }
            None => update["errors"] = json!([error_without_link(131_041)]),
        }
        self.notify_group(config, group_id, "group_lifecycle_update", update);
    }

    /// Each part succeeds or fails by itself.
    fn change_group(&mut self, config: &Config, request_id: &str, group_id: &str, settings: Settings) {
        let mut update = json!({ "type": "group_settings_update", "request_id": request_id });
        let Some(group) = self.groups.get_mut(group_id) else {
            update["errors"] = json!([error_without_link(131_041)]);
            return self.notify_group(config, group_id, "group_settings_update", update);
        };
        let mut failing = std::mem::take(&mut group.fail_settings);
        if group.suspended {
            for part in ["subject", "description", "profile_picture"] {
                failing.insert(part.to_owned(), 131_207);
            }
        }
        if let Some(picture) = settings.picture {
            let failed = failing.get("profile_picture").copied().or(picture.refused);
            update["profile_picture"] =
                outcome(json!({ "mime_type": "image/jpeg", "sha256": picture.sha256 }), failed);
            if failed.is_none() {
                group.picture = Some(picture.sha256);
            }
        }
        if let Some(subject) = settings.subject {
            let failed = failing.get("subject").copied();
            update["group_subject"] = outcome(json!({ "text": subject }), failed);
            if failed.is_none() {
                group.subject = subject;
            }
        }
        if let Some(description) = settings.description {
            let failed = failing.get("description").copied();
            update["group_description"] = outcome(json!({ "text": description }), failed);
            if failed.is_none() {
                group.description = Some(description).filter(|text| !text.is_empty());
            }
        }
        self.notify_group(config, group_id, "group_settings_update", update);
    }

    fn remove_participants(&mut self, config: &Config, request_id: &str, group_id: &str, inputs: &[String]) {
        let (mut removed, mut failed) = (Vec::new(), Vec::new());
        for input in inputs {
            let wa_id = self.participant_named(group_id, input);
            match (wa_id, self.groups.get_mut(group_id)) {
                (Some(wa_id), Some(group)) => {
                    group.participants.retain(|p| p.wa_id != wa_id);
                    removed.push(json!({ "input": input }));
                }
                _ => failed.push(json!({ "input": input, "errors": [error_without_link(131_212)] })),
            }
        }
        let mut update = json!({
            "type": "group_participants_remove", "request_id": request_id, "initiated_by": "business",
        });
        if !removed.is_empty() {
            update["removed_participants"] = Value::from(removed.clone());
        }
        if !failed.is_empty() {
            update["failed_participants"] = Value::from(failed);
            // Some went and some didn't, or nobody did.
            update["errors"] =
                json!([error_without_link(if removed.is_empty() { 131_212 } else { 131_201 })]);
        }
        self.notify_group(config, group_id, "group_participants_update", update);
    }

    /// The participant whom the business calls so, by phone number or user id.
    fn participant_named(&self, group_id: &str, input: &str) -> Option<String> {
        let group = self.groups.get(group_id)?;
        let by_user_id = self.who(self.business_of(&group.phone_number_id), input).map(str::to_owned);
        let wa_id = by_user_id.or_else(|| {
            let digits = phone::digits(input)?;
            Some(if group.has(&digits) { digits } else { phone::wa_id(&digits) })
        })?;
        group.has(&wa_id).then_some(wa_id)
    }
}

/// One part of a change with how it went.
fn outcome(mut part: Value, failed: Option<i64>) -> Value {
    part["update_successful"] = Value::from(failed.is_none());
    if let Some(code) = failed {
        part["errors"] = json!([error_without_link(code)]);
    }
    part
}
