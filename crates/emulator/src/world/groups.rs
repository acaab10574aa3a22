//! Groups: a business number and up to eight people who joined by its link. Who is in, who asks to be let in, what is
//! pinned; and the webhooks that say so.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::group_requests::Asked;
use crate::config::Config;
use crate::control::error::ControlError;

/// People in a group, the business not counted.
pub(crate) const MAX_PARTICIPANTS: usize = 8;
/// Groups that a phone number may have at a time.
pub(crate) const MAX_GROUPS: usize = 10_000;
/// Messages pinned at a time; one more takes the place of the oldest.
const MAX_PINS: usize = 3;

const LINK: &str = "https://chat.whatsapp.com/";

/// All groups, and which numbers may have them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Groups {
    /// By id; deleted ones stay for the phones that still show them.
    pub all: BTreeMap<String, Group>,
    /// Phone numbers that may not use groups (131215).
    pub disabled: BTreeSet<String>,
    /// With which code the number's next group fails to be created.
    pub creation_errors: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub id: String,
    pub phone_number_id: String,
    pub subject: String,
    pub description: Option<String>,
    pub approval_required: bool,
    /// What stands behind the invite link; `None` after the link was deleted.
    pub invite_code: Option<String>,
    pub created_at: i64,
    pub deleted_at: Option<i64>,
    pub suspended: bool,
    pub participants: Vec<Participant>,
    pub requests: Vec<JoinRequest>,
    pub pins: Vec<Pin>,
    /// Base64 of the SHA-256 of the group's photo.
    pub picture: Option<String>,
    /// With which codes parts of the next change of settings fail: `subject`, `description`, `profile_picture`.
    pub fail_settings: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Participant {
    pub wa_id: String,
    pub joined_at: i64,
    /// Messages of the business that this phone shows and nobody has looked at.
    pub unread: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct JoinRequest {
    pub id: String,
    pub wa_id: String,
    pub at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pin {
    pub wamid: String,
    pub at: i64,
    pub until: i64,
}

impl Group {
    /// A group in which nobody is yet.
    pub(crate) fn new(id: String, asked: &Asked, code: String, now: i64) -> Self {
        Self {
            id,
            phone_number_id: asked.phone_number_id.clone(),
            subject: asked.subject.clone(),
            description: asked.description.clone(),
            approval_required: asked.approval_required,
            invite_code: Some(code),
            created_at: now,
            deleted_at: None,
            suspended: false,
            participants: Vec::new(),
            requests: Vec::new(),
            pins: Vec::new(),
            picture: None,
            fail_settings: BTreeMap::new(),
        }
    }

    pub(crate) fn invite_link(&self) -> Option<String> {
        self.invite_code.as_ref().map(|code| format!("{LINK}{code}"))
    }

    pub(crate) fn approval_mode(&self) -> &'static str {
        if self.approval_required { "approval_required" } else { "auto_approve" }
    }

    pub(crate) fn has(&self, wa_id: &str) -> bool {
        self.participants.iter().any(|p| p.wa_id == wa_id)
    }

    pub(crate) fn participant(&mut self, wa_id: &str) -> Option<&mut Participant> {
        self.participants.iter_mut().find(|p| p.wa_id == wa_id)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.participants.len() >= MAX_PARTICIPANTS
    }

    /// What is pinned now, the oldest first.
    pub(crate) fn pinned(&self, now: i64) -> impl Iterator<Item = &Pin> {
        self.pins.iter().filter(move |pin| pin.until > now)
    }

    pub(crate) fn pin(&mut self, wamid: &str, now: i64, until: i64) {
        self.pins.retain(|pin| pin.until > now && pin.wamid != wamid);
        if self.pins.len() == MAX_PINS {
            self.pins.remove(0);
        }
        self.pins.push(Pin { wamid: wamid.to_owned(), at: now, until });
    }

    pub(crate) fn unpin(&mut self, wamid: &str) {
        self.pins.retain(|pin| pin.wamid != wamid);
    }
}

impl Groups {
    /// A group that has not been deleted.
    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.all.get(id).filter(|group| group.deleted_at.is_none())
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Group> {
        self.all.get_mut(id).filter(|group| group.deleted_at.is_none())
    }

    pub(crate) fn enabled(&self, phone_number_id: &str) -> bool {
        !self.disabled.contains(phone_number_id)
    }

    pub(crate) fn enable(&mut self, phone_number_id: &str, enabled: bool) {
        if enabled {
            self.disabled.remove(phone_number_id);
        } else {
            self.disabled.insert(phone_number_id.to_owned());
        }
    }

    /// The groups of a number, the oldest first.
    pub(crate) fn of_number(&self, phone_number_id: &str) -> Vec<&Group> {
        let mine = |g: &&Group| g.deleted_at.is_none() && g.phone_number_id == phone_number_id;
        let mut found: Vec<&Group> = self.all.values().filter(mine).collect();
        found.sort_by_key(|group| group.created_at);
        found
    }

    /// Whom a link leads to, written whole or only its code.
    fn by_link(&self, link: &str) -> Option<&Group> {
        let code = link.strip_prefix(LINK).unwrap_or(link);
        self.all.values().find(|g| g.deleted_at.is_none() && g.invite_code.as_deref() == Some(code))
    }
}

/// What came of tapping an invite link.
pub(crate) enum Joined {
    In,
    Asked { join_request_id: String },
}

impl World {
    /// An id in the platform's style: `capi_group:<number>:<digits>`, encoded.
    pub(crate) fn new_group_id(&mut self, phone_number_id: &str) -> String {
        let number = self.numbers.get(phone_number_id).map_or("", |n| n.wa_id.as_str()).to_owned();
        let digits = self.ids.numeric_id(13);
        STANDARD_NO_PAD.encode(format!("capi_group:{number}:12036{digits}"))
    }

    /// Somebody taps an invite link: they are in, or have asked to be.
    pub(crate) fn join_group(
        &mut self,
        config: &Config,
        wa_id: &str,
        link: &str,
    ) -> Result<(String, Joined), ControlError> {
        let group = self
            .groups
            .by_link(link)
            .ok_or_else(|| ControlError::invalid("invite_link", "no group has this link (any more)"))?;
        let id = group.id.clone();
        if group.has(wa_id) {
            return Err(ControlError::conflict("invite_link", "the customer is in this group already"));
        }
        if group.suspended {
            return Err(ControlError::conflict("invite_link", "the group is suspended"));
        }
        if group.is_full() {
            return Err(ControlError::conflict("invite_link", "the group has eight participants already"));
        }
        if !group.approval_required {
            self.let_in(config, &id, &[wa_id.to_owned()], "invite_link");
            return Ok((id, Joined::In));
        }
        if group.requests.iter().any(|request| request.wa_id == wa_id) {
            return Err(ControlError::conflict("invite_link", "the customer has asked to join already"));
        }
        let request_id = self.ask_to_join(config, &id, wa_id);
        Ok((id, Joined::Asked { join_request_id: request_id }))
    }

    fn ask_to_join(&mut self, config: &Config, group_id: &str, wa_id: &str) -> String {
        let digits = self.ids.numeric_id(12);
        let id = STANDARD_NO_PAD.encode(format!("{wa_id}:12036{digits}"));
        let now = self.now;
        if let Some(group) = self.groups.get_mut(group_id) {
            group.requests.push(JoinRequest { id: id.clone(), wa_id: wa_id.to_owned(), at: now });
        }
        self.tell_of_request(config, group_id, wa_id, "group_join_request_created", &id);
        id
    }

    fn tell_of_request(
        &mut self,
        config: &Config,
        group_id: &str,
        wa_id: &str,
        kind: &str,
        request_id: &str,
    ) {
        let mut update = json!({ "type": kind, "join_request_id": request_id });
        merge(&mut update, self.person_in(group_id, wa_id));
        self.notify_group(config, group_id, "group_participants_update", update);
    }

    /// Takes a join request back.
    pub(crate) fn withdraw_join_request(
        &mut self,
        config: &Config,
        wa_id: &str,
        group_id: &str,
    ) -> Result<(), ControlError> {
        let group =
            self.groups.get_mut(group_id).ok_or_else(|| ControlError::not_found("group", group_id))?;
        let at = group.requests.iter().position(|request| request.wa_id == wa_id);
        let at = at.ok_or_else(|| ControlError::invalid("", "the customer has not asked to join"))?;
        let request = group.requests.remove(at);
        self.tell_of_request(config, group_id, wa_id, "group_join_request_revoked", &request.id);
        Ok(())
    }

    /// People come in together; `reason` is `invite_link` or `join_request_approved`.
    pub(crate) fn let_in(&mut self, config: &Config, group_id: &str, people: &[String], reason: &str) {
        let now = self.now;
        if let Some(group) = self.groups.get_mut(group_id) {
            for wa_id in people {
                group.requests.retain(|request| request.wa_id != *wa_id);
                let (wa_id, unread) = (wa_id.clone(), Vec::new());
                group.participants.push(Participant { wa_id, joined_at: now, unread });
            }
        }
        let added: Vec<Value> = people.iter().map(|wa_id| self.person_in(group_id, wa_id)).collect();
        let update =
            json!({ "type": "group_participants_add", "reason": reason, "added_participants": added });
        self.notify_group(config, group_id, "group_participants_update", update);
    }

    /// Somebody leaves by themselves.
    pub(crate) fn leave_group(
        &mut self,
        config: &Config,
        wa_id: &str,
        group_id: &str,
    ) -> Result<(), ControlError> {
        let group =
            self.groups.get_mut(group_id).ok_or_else(|| ControlError::not_found("group", group_id))?;
        if !group.has(wa_id) {
            return Err(ControlError::invalid("", "the customer is not in this group"));
        }
        group.participants.retain(|p| p.wa_id != wa_id);
        let update = json!({
            "type": "group_participants_remove", "initiated_by": "participant",
            "removed_participants": [self.person_in(group_id, wa_id)],
        });
        self.notify_group(config, group_id, "group_participants_update", update);
        Ok(())
    }

    /// WhatsApp suspends a group, or lifts the suspension.
    pub(crate) fn suspend_group(&mut self, config: &Config, group_id: &str, suspended: bool) {
        let Some(group) = self.groups.get_mut(group_id).filter(|g| g.suspended != suspended) else { return };
        group.suspended = suspended;
        let kind = if suspended { "group_suspend" } else { "group_suspend_cleared" };
        self.notify_group(config, group_id, "group_status_update", json!({ "type": kind }));
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> Group {
        let asked = Asked {
            phone_number_id: "1".to_owned(),
            subject: "S".to_owned(),
            description: None,
            approval_required: false,
        };
        Group::new("g".to_owned(), &asked, "code".to_owned(), 0)
    }

    #[test]
    fn a_fourth_pin_takes_the_place_of_the_oldest_and_pins_end() {
        let mut group = group();
        for (at, wamid) in ["a", "b", "c", "d"].iter().enumerate() {
            group.pin(wamid, at as i64, 100 + at as i64);
        }
        let pinned = |group: &Group, now| group.pinned(now).map(|p| p.wamid.clone()).collect::<Vec<_>>();
        assert_eq!(pinned(&group, 50), ["b", "c", "d"]);
        assert_eq!(pinned(&group, 102), ["d"]);
        group.unpin("d");
        assert!(pinned(&group, 50).len() == 2);
    }

    #[test]
    fn a_link_leads_to_its_group_until_it_is_deleted() {
        let mut groups = Groups::default();
        groups.all.insert("g".to_owned(), group());
        assert!(
            groups.by_link("https://chat.whatsapp.com/code").is_some() && groups.by_link("code").is_some()
        );
        groups.all.get_mut("g").unwrap().invite_code = None;
        assert!(groups.by_link("https://chat.whatsapp.com/code").is_none() && groups.by_link("").is_none());
    }
}
