//! Groups. Meta: Cloud API > Groups > Webhooks.

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

object! {
    /// Value of the fields `group_lifecycle_update`, `group_participants_update`, `group_settings_update` and
    /// `group_status_update`.
    pub struct GroupsValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// What happened.
        groups: Vec<GroupUpdate> = "groups",
        /// Errors that belong to no group.
        errors: Vec<WireError> = "errors",
    }
}

words! {
    /// What happened to a group.
    pub enum GroupEvent {
        /// It was made, or couldn't be: then `errors` say why.
        Create = "group_create",
        /// It was deleted.
        Delete = "group_delete",
        /// People joined.
        ParticipantsAdd = "group_participants_add",
        /// People left or were removed.
        ParticipantsRemove = "group_participants_remove",
        /// Somebody asks to join.
        JoinRequestCreated = "group_join_request_created",
        /// Somebody no longer asks to join.
        JoinRequestRevoked = "group_join_request_revoked",
        /// Its subject, description or picture changed.
        SettingsUpdate = "group_settings_update",
        /// Meta suspended it.
        Suspend = "group_suspend",
        /// Meta no longer suspends it.
        SuspendCleared = "group_suspend_cleared",
    }
}

words! {
    /// Who lets people into a group.
    pub enum JoinApprovalMode {
        /// Everybody with the link.
        Auto = "auto_approve",
        /// We decide.
        Required = "approval_required",
    }
}

words! {
    /// Who removed somebody from a group.
    pub enum GroupInitiator {
        /// We.
        Business = "business",
        /// They themselves.
        Participant = "participant",
    }
}

words! {
    /// How somebody came into a group.
    pub enum GroupJoinReason {
        /// By its link.
        InviteLink = "invite_link",
        /// We said yes to their request.
        JoinRequest = "join_request_approved",
    }
}

object! {
    /// What happened to one group.
    pub struct GroupUpdate {
        /// What.
        kind: GroupEvent = "type",
        /// The group.
        group_id: Id = "group_id",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// The call of ours that this answers.
        request_id: Id = "request_id",
        /// Its name.
        subject: String = "subject",
        /// What it is about.
        description: String = "description",
        /// The way in.
        invite_link: String = "invite_link",
        /// Who lets people in.
        join_approval_mode: JoinApprovalMode = "join_approval_mode",
        /// How they came in.
        reason: GroupJoinReason = "reason",
        /// Who came in.
        added_participants: Vec<GroupParticipant> = "added_participants",
        /// Who left.
        removed_participants: Vec<GroupParticipant> = "removed_participants",
        /// Who couldn't be added or removed; each with its errors.
        failed_participants: Vec<GroupParticipant> = "failed_participants",
        /// Who removed them.
        initiated_by: GroupInitiator = "initiated_by",
        /// The wish to join.
        join_request_id: Id = "join_request_id",
        /// Who wishes to join: phone number, if shared.
        wa_id: Id = "wa_id",
        /// Who wishes to join: business-scoped user id.
        user_id: Id = "user_id",
        /// Who wishes to join: id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// Its new picture.
        profile_picture: GroupPicture = "profile_picture",
        /// Its new name.
        group_subject: GroupText = "group_subject",
        /// Its new description.
        group_description: GroupText = "group_description",
        /// Why it didn't work.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// Somebody in a group.
    pub struct GroupParticipant {
        /// Phone number, if shared.
        wa_id: Id = "wa_id",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// Without the leading `@` or with it.
        username: String = "username",
        /// As we named them in the call this answers.
        input: String = "input",
        /// Why it didn't work.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// Whether a group's picture could be changed.
    pub struct GroupPicture {
        /// E.g. `image/jpeg`.
        mime_type: String = "mime_type",
        /// Base64.
        sha256: String = "sha256",
        /// Whether it worked.
        update_successful: bool = "update_successful",
        /// Why not.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// Whether a group's subject or description could be changed.
    pub struct GroupText {
        /// The new words.
        text: String = "text",
        /// Whether it worked.
        update_successful: bool = "update_successful",
        /// Why not.
        errors: Vec<WireError> = "errors",
    }
}
