//! Calls. Meta: Cloud API > Calling > Webhooks reference.

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::messages::Media;
use super::scalar::{AnyCase, Id, UnixTime};
use super::wire::{object, words};

object! {
    /// Value of the field `calls`.
    pub struct CallsValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// Calls beginning, ending, and what remains of them.
        calls: Vec<Call> = "calls",
        /// How far our calls got.
        statuses: Vec<CallStatus> = "statuses",
        /// Why a call failed.
        errors: Vec<WireError> = "errors",
    }
}

words! {
    /// What happened to a call.
    pub enum CallEvent {
        /// It begins; `session` holds the session description.
        Connect = "connect",
        /// It is over.
        Terminate = "terminate",
        /// SIP: it began, and the description goes by SIP.
        Created = "call_created",
        /// Its recording can be fetched.
        RecordingAvailable = "call_recording_available",
        /// Its transcript can be fetched.
        TranscriptionAvailable = "call_transcription_available",
    }
}

words! {
    /// Who called.
    pub enum CallDirection {
        /// The customer.
        UserInitiated = "USER_INITIATED",
        /// We.
        BusinessInitiated = "BUSINESS_INITIATED",
    }
}

words! {
    /// How a call ended.
    pub enum CallOutcome {
        /// Normally, answered or not.
        Completed = "COMPLETED",
        /// It failed; the value's `errors` say why.
        Failed = "FAILED",
    }
}

words! {
    /// How far a call of ours got.
    pub enum CallStatusKind {
        /// The customer's phone rings.
        Ringing = "RINGING",
        /// The customer took it.
        Accepted = "ACCEPTED",
        /// The customer declined.
        Rejected = "REJECTED",
    }
}

words! {
    /// Which side of the negotiation a session description is.
    pub enum SdpType {
        /// An offer: the customer calls.
        Offer = "offer",
        /// An answer: we call.
        Answer = "answer",
    }
}

object! {
    /// One event of a call. `from` or `to` is absent when the customer doesn't share their number.
    pub struct Call {
        /// `wacid`.
        id: Id = "id",
        /// The caller's phone number.
        from: Id = "from",
        /// The caller's business-scoped user id.
        from_user_id: Id = "from_user_id",
        /// The caller's id for a parent portfolio.
        from_parent_user_id: Id = "from_parent_user_id",
        /// The called phone number.
        to: Id = "to",
        /// The called person's business-scoped user id.
        to_user_id: Id = "to_user_id",
        /// The called person's id for a parent portfolio.
        to_parent_user_id: Id = "to_parent_user_id",
        /// What happened.
        event: CallEvent = "event",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// Who called.
        direction: CallDirection = "direction",
        /// With `connect`.
        session: CallSession = "session",
        /// With `terminate`. Meta's pages spell it `COMPLETED`, `Completed` and `["Completed"]`.
        status: AnyCase<CallOutcome> = "status",
        /// With `terminate`, if it was answered.
        start_time: UnixTime = "start_time",
        /// With `terminate`, if it was answered.
        end_time: UnixTime = "end_time",
        /// Seconds; with `terminate`, if it was answered.
        duration: i64 = "duration",
        /// Given when calling.
        biz_opaque_callback_data: String = "biz_opaque_callback_data",
        /// Given in the link that the customer called by.
        deeplink_payload: String = "deeplink_payload",
        /// Given with the call button that the customer called by.
        cta_payload: String = "cta_payload",
        /// Why it failed.
        errors: Vec<WireError> = "errors",
        /// Its recording.
        call_recording: CallRecording = "call_recording",
        /// Its transcript.
        call_transcript: CallTranscript = "call_transcript",
    }
}

object! {
    /// What both sides negotiate.
    pub struct CallSession {
        /// Which side.
        sdp_type: SdpType = "sdp_type",
        /// RFC 8866, as text.
        sdp: String = "sdp",
    }
}

words! {
    /// What a recording is.
    pub enum RecordingKind {
        /// Sound.
        Audio = "audio",
    }
}

object! {
    /// A recording to fetch.
    pub struct CallRecording {
        /// What it is.
        kind: RecordingKind = "type",
        /// The sound.
        audio: Media = "audio",
    }
}

object! {
    /// A transcript to fetch.
    pub struct CallTranscript {
        /// The text, as `application/json`.
        document: Media = "document",
    }
}

words! {
    /// The `type` of a call's status.
    pub enum CallStatusType {
        /// The only one.
        Call = "call",
    }
}

object! {
    /// How far a call of ours got.
    pub struct CallStatus {
        /// `wacid`.
        id: Id = "id",
        /// `call`.
        kind: CallStatusType = "type",
        /// How far.
        status: AnyCase<CallStatusKind> = "status",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// The called phone number.
        recipient_id: Id = "recipient_id",
        /// The called person's business-scoped user id.
        recipient_user_id: Id = "recipient_user_id",
        /// The called person's id for a parent portfolio.
        recipient_parent_user_id: Id = "recipient_parent_user_id",
        /// Given when calling.
        biz_opaque_callback_data: String = "biz_opaque_callback_data",
        /// Why not.
        errors: Vec<WireError> = "errors",
    }
}
