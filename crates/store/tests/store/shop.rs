//! Builders: a tenant with everything that rows refer to, under ids that tests can foretell.

use model::{
    Timestamp,
    account::{Organization, Role, User},
    cause::Cause,
    contact::{Identity, IdentityKind},
    conversation::{ConversationState, ServiceWindow},
    id::{
        ContactId, ConversationId, DeliveryId, MessageId, MetaAppId, OrganizationId, PhoneNumberId, UserId,
    },
    message::{Direction, Message, MessageState},
    phone_number::{LaneState, PhoneNumber},
};
use serde_json::json;
use store::{
    Result, Writer, accounts, contacts,
    conversations::{self, Thread},
    messages,
    outbound::Outgoing,
    phone_numbers::{self, MetaApp},
};
use uuid::Uuid;

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn phone(value: &str) -> Identity {
    Identity::new(IdentityKind::Phone, value)
}

pub fn bsuid(value: &str) -> Identity {
    Identity::new(IdentityKind::Bsuid, value)
}

pub fn username(value: &str) -> Identity {
    Identity::new(IdentityKind::Username, value)
}

/// The ids of a tenant; [`Shop::insert`] makes the rows. Two shops with different numbers share nothing.
#[derive(Clone, Copy)]
pub struct Shop {
    pub number: u128,
    pub org: OrganizationId,
    pub user: UserId,
    pub app: MetaAppId,
    pub phone_number: PhoneNumberId,
    pub contact: ContactId,
    pub conversation: ConversationId,
}

impl Shop {
    pub fn new(number: u128) -> Self {
        let id = id(number << 64);
        Self {
            number,
            org: OrganizationId(id),
            user: UserId(id),
            app: MetaAppId(id),
            phone_number: PhoneNumberId(id),
            contact: ContactId(id),
            conversation: ConversationId(id),
        }
    }

    /// An id of this shop; greater for a greater `k`.
    pub fn id(self, k: u128) -> Uuid {
        id((self.number << 64) + k)
    }

    pub fn insert(self, w: &mut Writer<'_>) -> Result<()> {
        accounts::insert_organization(w, &self.organization(), at(0))?;
        accounts::insert_user(w, self.org, &self.person(), "hash")?;
        phone_numbers::upsert_app(w, &self.meta_app(), at(0))?;
        phone_numbers::insert(w, &self.sending_number(), "token")?;
        let mut contact = contacts::insert(w, self.org, self.contact, "Ana", "profile", at(0))?;
        contacts::learn(w, self.org, &mut contact, &[phone("34600000001")], at(0))?;
        conversations::open_thread(w, self.org, self.phone_number, self.contact, self.conversation, at(0))?;
        Ok(())
    }

    pub fn organization(self) -> Organization {
        Organization { id: self.org, name: format!("Shop {}", self.number) }
    }

    pub fn person(self) -> User {
        User {
            id: self.user,
            name: "Eva".into(),
            email: format!("eva@shop{}.example", self.number),
            role: Role::Admin,
            created_at: at(0),
        }
    }

    pub fn meta_app(self) -> MetaApp {
        MetaApp {
            id: self.app,
            organization_id: self.org,
            app_id: "900".into(),
            app_secret: "secret".into(),
            verify_token: "verify".into(),
        }
    }

    pub fn sending_number(self) -> PhoneNumber {
        PhoneNumber {
            id: self.phone_number,
            organization_id: self.org,
            meta_app_id: self.app,
            phone_number_id: format!("600{}", self.number),
            waba_id: "700".into(),
            display_phone_number: "+1 555-010-0001".into(),
            verified_name: "Lucky Shrub".into(),
            throughput: 80,
            portfolio: None,
            lane: LaneState::Active,
            created_at: at(0),
        }
    }

    pub fn thread(self) -> Thread {
        Thread {
            id: self.conversation,
            contact_id: self.contact,
            phone_number_id: self.phone_number,
            state: ConversationState::Open,
            window: ServiceWindow::default(),
        }
    }

    /// The contact's `k`th message, a text.
    pub fn inbound(self, k: u32) -> Message {
        let message = self.message(k, Direction::Inbound, MessageState::Received);
        Message { wamid: Some(format!("wamid.{k}")), sent_at: Some(at(k.into())), ..message }
    }

    /// Our `k`th message, a text that Meta has not seen.
    pub fn outbound(self, k: u32) -> Message {
        let message = self.message(k, Direction::Outbound, MessageState::Queued);
        Message { author_name: Some("Eva".into()), cause: Cause::Agent(self.user), ..message }
    }

    fn message(self, k: u32, direction: Direction, state: MessageState) -> Message {
        messages::New {
            id: MessageId(self.id(k.into())),
            thread: self.thread(),
            direction,
            state,
            content: json!({"type": "text", "text": {"body": format!("hello {k}")}}),
            cause: Cause::Delivery(DeliveryId(self.id(0))),
            created_at: at(k.into()),
        }
        .into_message()
    }

    /// Our `k`th message on its way to the contact `contact`.
    pub fn outgoing(self, k: u32, contact: u128) -> Outgoing {
        Outgoing {
            message_id: MessageId(self.id(k.into())),
            organization_id: self.org,
            phone_number_id: self.phone_number,
            contact_id: ContactId(self.id(contact)),
            address: "34600000001".into(),
            attempts: 0,
            outreach: false,
            body: json!({"to": "34600000001", "type": "text", "text": {"body": "hi"}}),
        }
    }
}
