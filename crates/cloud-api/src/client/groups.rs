//! Groups of a business and up to eight people. Meta: Groups API. For Official Business Accounts.
//!
//! Most changes are only begun by a call: it gives a request id, and a webhook (`group_lifecycle_update`,
//! `group_participants_update`, `group_settings_update`) with the same id tells what came of it.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::{count, judged, node, word};
use super::users::{UserRef, judge_users};
use super::{Call, Client, Listing};
use crate::error::Error;
use crate::judge::{Findings, text};
use crate::violation::{Rule, Violation};
use crate::webhook::wire::{object, words};
use crate::webhook::{Id, UnixTime, WireError};

/// People in a group besides the business.
pub const PARTICIPANTS_MAX: usize = 8;
/// Longest subject, in characters.
pub const SUBJECT_MAX: usize = 128;
/// Longest description, in characters.
pub const GROUP_DESCRIPTION_MAX: usize = 2_048;
/// Largest picture, in bytes.
pub const PICTURE_MAX: usize = 5 * 1024 * 1024;
const FIELDS: &str = "subject,description,suspended,creation_timestamp,participants,total_participant_count,join_approval_mode";

words! {
    /// How people get into a group by its link.
    pub enum JoinApproval {
        /// At once; Meta's default.
        Automatic = "auto_approve",
        /// Once the business has approved ([`Client::approve_join_requests`]).
        Required = "approval_required",
    }
}

/// A group to create.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewGroup {
    /// Up to 128 characters; spaces around it are dropped.
    pub subject: String,
    /// Up to 2,048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How people get in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_approval_mode: Option<JoinApproval>,
}

impl NewGroup {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            findings.length(root.at("subject"), self.subject.trim(), text("Subject", 1, SUBJECT_MAX));
            findings.may_have_text(root, "description", text("Description", 0, GROUP_DESCRIPTION_MAX));
            word(findings, root, "join_approval_mode", &["auto_approve", "approval_required"]);
        })
    }
}

/// What to change about a group; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct GroupUpdate {
    /// Up to 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Up to 2,048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A JPEG, square, at least 192 pixels wide, up to 5 MB.
    #[serde(skip)]
    pub picture: Option<Bytes>,
}

impl GroupUpdate {
    /// Whether Meta would take it, as far as that can be told without decoding the picture.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            if self == &Self::default() {
                findings.required(root.at("subject"));
            }
            if let Some(subject) = &self.subject {
                findings.length(root.at("subject"), subject.trim(), text("Subject", 1, SUBJECT_MAX));
            }
            findings.may_have_text(root, "description", text("Description", 0, GROUP_DESCRIPTION_MAX));
            if let Some(picture) = &self.picture {
                judge_picture(root.at("profile_picture_file"), picture, findings);
            }
        })
    }
}

fn judge_picture(pointer: String, picture: &Bytes, findings: &mut Findings) {
    let size = picture.len();
    if size > PICTURE_MAX {
        let message = "Picture size invalid. Max: 5 MB".to_owned();
        findings.add_limit(pointer, Rule::Length, [PICTURE_MAX, size], message);
    } else if !picture.starts_with(&[0xFF, 0xD8, 0xFF]) {
        findings.add(pointer, Rule::Format, "Picture must be a JPEG.");
    }
}

/// A change has begun.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupRequest {
    /// Comes back with the webhook that tells what came of it.
    pub request_id: Id,
}

node! {
    /// A group in a list.
    pub struct GroupSummary {
        /// Its id: `to` of messages.
        id: Id = "id";
        /// Its subject.
        subject: String = "subject",
        /// When it was created.
        created_at: UnixTime = "created_at",
    }
}

node! {
    /// A group.
    pub struct Group {
        /// Its id: `to` of messages.
        id: Id = "id";
        /// Its subject.
        subject: String = "subject",
        /// Its description.
        description: String = "description",
        /// Whether WhatsApp has suspended it.
        suspended: bool = "suspended",
        /// When it was created.
        creation_timestamp: UnixTime = "creation_timestamp",
        /// Who is in it, without the business.
        participants: Vec<Participant> = "participants",
        /// How many they are.
        total_participant_count: i64 = "total_participant_count",
        /// How people get in.
        join_approval_mode: JoinApproval = "join_approval_mode",
    }
}

object! {
    /// A person in a group.
    pub struct Participant {
        /// Their phone number, if the business may know it.
        wa_id: Id = "wa_id",
        /// Their business-scoped id.
        user_id: Id = "user_id",
        /// A parent's.
        parent_user_id: Id = "parent_user_id",
        /// Their username.
        username: String = "username",
    }
}

node! {
    /// A person who wants to get in.
    pub struct JoinRequest {
        /// Id of the request.
        join_request_id: Id = "join_request_id";
        /// Their phone number, if the business may know it.
        wa_id: Id = "wa_id",
        /// Their business-scoped id.
        user_id: Id = "user_id",
        /// Their username.
        username: String = "username",
        /// When they asked.
        creation_timestamp: UnixTime = "creation_timestamp",
    }
}

object! {
    /// What became of join requests.
    pub struct JoinRequestsJudged {
        /// Ids of those who are in.
        approved_join_requests: Vec<Id> = "approved_join_requests",
        /// Ids of those who were turned away.
        rejected_join_requests: Vec<Id> = "rejected_join_requests",
        /// Those for whom it failed, and why. Code 131213: it was withdrawn.
        failed_join_requests: Vec<FailedJoinRequest> = "failed_join_requests",
        /// What went wrong with the request as a whole.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// A join request that couldn't be judged.
    pub struct FailedJoinRequest {
        /// Its id.
        join_request_id: Id = "join_request_id",
        /// Why.
        errors: Vec<WireError> = "errors",
    }
}

#[derive(Deserialize)]
struct InviteLink {
    invite_link: String,
}

impl Client {
    /// Creates a group. Its link comes with the `group_lifecycle_update` webhook; people get in by the link only. A number has
    /// up to 10,000 groups. Permission M. Meta: Groups API > Create group.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`NewGroup::validate`]; codes 131211 (too many groups), 131214 (not for now), 131215 (the number
    /// isn't eligible).
    pub async fn create_group(&self, phone_number_id: &str, group: &NewGroup) -> Result<GroupRequest, Error> {
        self.judge(|| group.validate())?;
        let mut body = serde_json::to_value(group).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        self.post("create_group", &[phone_number_id, "groups"]).json(&body).read().await
    }

    /// The groups of a number, up to 1,024 on a page. Permission M. Meta: Groups API > Get active groups.
    pub fn groups(&self, phone_number_id: &str) -> Listing<GroupSummary> {
        self.list("groups", &[phone_number_id, "groups"]).within("groups").limit(100)
    }

    /// Looks a group up, all fields. Permission M. Meta: Groups API > Get group info.
    ///
    /// # Errors
    /// Code 131041 for an unknown group, 131207 for a suspended one.
    pub async fn group(&self, group_id: &str) -> Result<Group, Error> {
        self.get("group", &[group_id]).query("fields", FIELDS).read().await
    }

    /// Changes subject, description or picture. Permission M. Meta: Groups API > Update group settings.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`GroupUpdate::validate`]; codes 131209 (the picture isn't square), 131210 (it is too small).
    pub async fn update_group(&self, group_id: &str, update: &GroupUpdate) -> Result<GroupRequest, Error> {
        self.judge(|| update.validate())?;
        let call = self.post("update_group", &[group_id]).idempotent();
        with_body(call, update.clone()).read().await
    }

    /// Deletes a group; everybody is removed. Permission M. Meta: Groups API > Delete group.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn delete_group(&self, group_id: &str) -> Result<GroupRequest, Error> {
        self.delete("delete_group", &[group_id]).read().await
    }

    /// The link by which people get in. Permission M. Meta: Groups API > Invite links.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn invite_link(&self, group_id: &str) -> Result<String, Error> {
        let answer: InviteLink = self.get("invite_link", &[group_id, "invite_link"]).read().await?;
        Ok(answer.invite_link)
    }

    /// Makes a new link; the old one leads nowhere from then on, also in templates that carry it. Permission M.
    /// Meta: Groups API > Invite links.
    ///
    /// # Errors
    /// As [`Client::group`].
    pub async fn reset_invite_link(&self, group_id: &str) -> Result<String, Error> {
        let body = json!({"messaging_product": "whatsapp"});
        let call = self.post("reset_invite_link", &[group_id, "invite_link"]);
        let answer: InviteLink = call.json(&body).read().await?;
        Ok(answer.invite_link)
    }

    /// Makes the link lead nowhere. Permission M. Meta: Groups API > Invite links.
    ///
    /// # Errors
    /// As [`Client::group`]; code 100 where Meta offers [`Client::reset_invite_link`] only.
    pub async fn delete_invite_link(&self, group_id: &str) -> Result<(), Error> {
        // The answer is sometimes the link that was, sometimes success.
        let answer: Value = self.delete("delete_invite_link", &[group_id, "invite_link"]).read().await?;
        match answer.get("success") {
            Some(Value::Bool(false)) => {
                Err(Error::Decode("delete_invite_link: the answer doesn't report success".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// People who want to get in. Permission M. Meta: Groups API > Join requests.
    pub fn join_requests(&self, group_id: &str) -> Listing<JoinRequest> {
        self.list("join_requests", &[group_id, "join_requests"]).limit(100)
    }

    /// Lets people in. Permission M. Meta: Groups API > Join requests.
    ///
    /// # Errors
    /// [`Error::Refused`] for an empty list; single ones that failed are in the answer.
    pub async fn approve_join_requests(
        &self,
        group_id: &str,
        join_requests: &[&str],
    ) -> Result<JoinRequestsJudged, Error> {
        let call = self.post("approve_join_requests", &[group_id, "join_requests"]);
        self.judge_join_requests(call, join_requests).await
    }

    /// Turns people away. Permission M. Meta: Groups API > Join requests.
    ///
    /// # Errors
    /// As [`Client::approve_join_requests`].
    pub async fn reject_join_requests(
        &self,
        group_id: &str,
        join_requests: &[&str],
    ) -> Result<JoinRequestsJudged, Error> {
        let call = self.delete("reject_join_requests", &[group_id, "join_requests"]);
        self.judge_join_requests(call, join_requests).await
    }

    async fn judge_join_requests(
        &self,
        call: Call<'_>,
        join_requests: &[&str],
    ) -> Result<JoinRequestsJudged, Error> {
        let body = json!({"messaging_product": "whatsapp", "join_requests": join_requests});
        self.judge(|| {
            judged(&body, |root, findings| count(findings, root, "join_requests", [1, usize::MAX]))
        })?;
        call.json(&body).read().await
    }

    /// Removes people, up to 8 at once; they can't come back by the same link. Permission M.
    /// Meta: Groups API > Remove participants.
    ///
    /// # Errors
    /// [`Error::Refused`] for a list of the wrong length or an id that isn't one; code 131212 for somebody who isn't in it.
    pub async fn remove_participants(
        &self,
        group_id: &str,
        users: &[UserRef],
    ) -> Result<GroupRequest, Error> {
        self.judge(|| judge_users(users, "participants", PARTICIPANTS_MAX))?;
        let body = json!({"messaging_product": "whatsapp", "participants": users});
        self.delete("remove_participants", &[group_id, "participants"]).json(&body).read().await
    }

    /// Adds people. In Meta's description of the API but not in its guide, which knows only the link: expect a refusal.
    /// Permission M.
    ///
    /// # Errors
    /// As [`Client::remove_participants`]; codes 131202 (in it already), 131204 (too many).
    pub async fn add_participants(&self, group_id: &str, users: &[UserRef]) -> Result<GroupRequest, Error> {
        self.judge(|| judge_users(users, "participants", PARTICIPANTS_MAX))?;
        let body = json!({"messaging_product": "whatsapp", "participants": users});
        self.post("add_participants", &[group_id, "participants"]).json(&body).read().await
    }
}

/// JSON, or a form when there is a picture.
fn with_body(call: Call<'_>, update: GroupUpdate) -> Call<'_> {
    let mut body = serde_json::to_value(&update).unwrap_or_default();
    let Some(picture) = update.picture else {
        body["messaging_product"] = "whatsapp".into();
        return call.json(&body);
    };
    let (subject, description) = (update.subject, update.description);
    call.multipart(move || {
        let file = Part::stream_with_length(picture.clone(), picture.len() as u64)
            .file_name("picture.jpg")
            .mime_str("image/jpeg")
            .map_err(|_| Error::Invalid("the media type can't be written in a header".to_owned()))?;
        let mut form = Form::new().text("messaging_product", "whatsapp").part("profile_picture_file", file);
        for (key, value) in [("subject", &subject), ("description", &description)] {
            if let Some(value) = value {
                form = form.text(key, value.clone());
            }
        }
        Ok(form)
    })
}
