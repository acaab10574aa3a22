//! Messages from customers, and the copies of messages that echoes, standby and histories bring. Meta: Webhooks >
//! messages.

use serde_json::Number;

use super::content::{Content, MessageKind, note_missing};
use super::errors::WireError;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};
use crate::message::Degrees;

object! {
    /// One message. `from` is absent when the customer doesn't share their number; then `from_user_id` says who.
    pub struct Message {
        /// `wamid`; a `wacid` for voicemail. The same message may be delivered many times under it.
        id: Id = "id",
        /// The sender's phone number, digits only.
        from: Id = "from",
        /// The sender's business-scoped user id.
        from_user_id: Id = "from_user_id",
        /// The sender's id for a parent portfolio.
        from_parent_user_id: Id = "from_parent_user_id",
        /// Echoes and histories: the addressee's phone number.
        to: Id = "to",
        /// Echoes and histories: the addressee's business-scoped user id.
        to_user_id: Id = "to_user_id",
        /// Echoes and histories: the addressee's id for a parent portfolio.
        to_parent_user_id: Id = "to_parent_user_id",
        /// When it was sent.
        timestamp: UnixTime = "timestamp",
        /// What it is.
        kind: MessageKind = "type",
        /// What it quotes, or where it was forwarded from.
        context: MessageContext = "context",
        /// The advertisement or post that led here; on the first message only.
        referral: Referral = "referral",
        /// The group it was written in.
        group_id: Id = "group_id",
        /// Why there is no content.
        errors: Vec<WireError> = "errors",
        /// The customer's new identity key, with a system message.
        identity: Identity = "identity",
        /// Histories: how far it got.
        history_context: HistoryContext = "history_context",
        ..
        /// What it says.
        content: Content, named by kind, note_missing
    }
}

object! {
    /// Words.
    pub struct Text {
        /// The words.
        body: String = "body",
    }
}

object! {
    /// A picture, video, sound, file or sticker.
    pub struct Media {
        /// Fetch it within seven days.
        id: Id = "id",
        /// E.g. `audio/ogg; codecs=opus`.
        mime_type: String = "mime_type",
        /// Base64, unlike the hexadecimal one of `GET /{media id}`.
        sha256: String = "sha256",
        /// Words under it.
        caption: String = "caption",
        /// Documents.
        filename: String = "filename",
        /// Where the bytes are for the next five minutes; needs the access token.
        url: String = "url",
        /// Sound: recorded in the chat.
        voice: bool = "voice",
        /// Stickers.
        animated: bool = "animated",
    }
}

object! {
    /// A place.
    pub struct Location {
        /// North is positive.
        latitude: Degrees = "latitude",
        /// East is positive.
        longitude: Degrees = "longitude",
        /// What is there.
        name: String = "name",
        /// Where that is.
        address: String = "address",
        /// Its page.
        url: String = "url",
    }
}

object! {
    /// A tap on a template's quick-reply button.
    pub struct Button {
        /// Given when the template was sent; the text otherwise.
        payload: String = "payload",
        /// What the button says.
        text: String = "text",
    }
}

object! {
    /// A shopping basket.
    pub struct Order {
        /// The catalogue.
        catalog_id: Id = "catalog_id",
        /// What the customer wrote with it.
        text: String = "text",
        /// What is in it.
        product_items: Vec<OrderItem> = "product_items",
    }
}

object! {
    /// One line of a basket.
    pub struct OrderItem {
        /// Your id of the product.
        product_retailer_id: Id = "product_retailer_id",
        /// How many.
        quantity: Number = "quantity",
        /// Price of one, in units of the currency.
        item_price: Number = "item_price",
        /// ISO 4217.
        currency: String = "currency",
    }
}

object! {
    /// An emoji on one of our messages.
    pub struct Reaction {
        /// The message.
        message_id: Id = "message_id",
        /// Absent or empty when it was taken back.
        emoji: String = "emoji",
    }
}

words! {
    /// What changed about a customer.
    pub enum SystemKind {
        /// The phone number; with it, the business-scoped user id.
        UserChangedNumber = "user_changed_number",
        /// The business-scoped user id; the phone number isn't shared.
        UserChangedUserId = "user_changed_user_id",
        /// The identity key.
        CustomerIdentityChanged = "customer_identity_changed",
        /// Legacy spelling of `user_changed_number`.
        CustomerChangedNumber = "customer_changed_number",
    }
}

object! {
    /// The customer changed number, id or identity.
    pub struct System {
        /// In words.
        body: String = "body",
        /// What changed.
        kind: SystemKind = "type",
        /// The new phone number.
        wa_id: Id = "wa_id",
        /// The new business-scoped user id.
        user_id: Id = "user_id",
        /// The new id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// The id known until now.
        previous_user_id: Id = "previous_user_id",
        /// The parent's id known until now.
        previous_parent_user_id: Id = "previous_parent_user_id",
    }
}

object! {
    /// The customer's new identity key.
    pub struct Identity {
        /// Whether we have acknowledged it.
        acknowledged: bool = "acknowledged",
        /// When it changed.
        created_timestamp: UnixTime = "created_timestamp",
        /// Use it as `recipient_identity_key_hash`.
        hash: String = "hash",
    }
}

words! {
    /// What a customer sent that the Cloud API can't show.
    pub enum UnsupportedKind {
        /// A changed message.
        Edit = "edit",
        /// A poll.
        Poll = "poll",
        /// A button.
        Button = "button",
        /// A video note.
        VideoNote = "video_note",
        /// A moving picture.
        Gif = "gif",
        /// A pinned message.
        Pin = "pin",
        /// An invitation to a group.
        GroupInvite = "group_invite",
        /// An event.
        Event = "event",
        /// Meta doesn't say.
        Unknown = "unknown",
    }
}

object! {
    /// Something the Cloud API can't show; the message's `errors` say why.
    pub struct Unsupported {
        /// What the customer sent.
        kind: UnsupportedKind = "type",
    }
}

object! {
    /// The customer changed a message, within 15 minutes.
    pub struct Edit {
        /// Which.
        original_message_id: Id = "original_message_id",
        /// What it says now; has type and content, no id.
        message: Box<Message> = "message",
    }
}

object! {
    /// The customer deleted a message, within two days.
    pub struct Revoke {
        /// Which.
        original_message_id: Id = "original_message_id",
    }
}

object! {
    /// What a message quotes, or that it was forwarded.
    pub struct MessageContext {
        /// Who wrote the quoted message.
        from: Id = "from",
        /// Who wrote the quoted message, as business-scoped user id.
        from_user_id: Id = "from_user_id",
        /// The quoted message.
        id: Id = "id",
        /// It was forwarded.
        forwarded: bool = "forwarded",
        /// It was forwarded more than five times.
        frequently_forwarded: bool = "frequently_forwarded",
        /// The product asked about.
        referred_product: ReferredProduct = "referred_product",
    }
}

object! {
    /// The product asked about.
    pub struct ReferredProduct {
        /// The catalogue.
        catalog_id: Id = "catalog_id",
        /// Your id of the product.
        product_retailer_id: Id = "product_retailer_id",
    }
}

words! {
    /// What a chat began with.
    pub enum ReferralSource {
        /// An advertisement.
        Ad = "ad",
        /// A post.
        Post = "post",
    }
}

words! {
    /// What an advertisement or post showed.
    pub enum ReferralMedia {
        /// A picture.
        Image = "image",
        /// A video.
        Video = "video",
    }
}

object! {
    /// The advertisement or post a chat began with.
    pub struct Referral {
        /// Its address.
        source_url: String = "source_url",
        /// Its id.
        source_id: Id = "source_id",
        /// What it was.
        source_type: ReferralSource = "source_type",
        /// Its text.
        body: String = "body",
        /// Its heading.
        headline: String = "headline",
        /// What it showed.
        media_type: ReferralMedia = "media_type",
        /// Its picture.
        image_url: String = "image_url",
        /// Its video.
        video_url: String = "video_url",
        /// Preview of its video.
        thumbnail_url: String = "thumbnail_url",
        /// Click id; absent for advertisements in statuses.
        ctwa_clid: String = "ctwa_clid",
        /// The greeting it showed.
        welcome_message: WelcomeMessage = "welcome_message",
        /// Undocumented.
        reference: String = "ref",
    }
}

object! {
    /// The greeting an advertisement showed.
    pub struct WelcomeMessage {
        /// The words.
        text: String = "text",
    }
}

words! {
    /// How far a message of a history got.
    pub enum HistoryStatus {
        /// It is on its way.
        Pending = "PENDING",
        /// It left.
        Sent = "SENT",
        /// It arrived.
        Delivered = "DELIVERED",
        /// It was read.
        Read = "READ",
        /// It was listened to.
        Played = "PLAYED",
        /// It didn't arrive.
        Error = "ERROR",
    }
}

object! {
    /// How far a message of a history got.
    pub struct HistoryContext {
        /// How far.
        status: HistoryStatus = "status",
    }
}

impl Message {
    /// Whether it only says that a reaction was taken back.
    pub fn is_reaction_removed(&self) -> bool {
        match &self.content {
            Content::Reaction(reaction) => reaction.emoji.as_deref().unwrap_or_default().is_empty(),
            _ => false,
        }
    }
}
