//! Messages for programs: send, look up, try again, settle.

mod idempotency;

use crate::{
    App, Caller, Error, Result, Who,
    contacts::address,
    events::tell,
    outbound::{self, Draft},
};
use model::{
    Timestamp,
    contact::Contact,
    event::{EventKind, Subject},
    id::{ContactId, ConversationId, MessageId, OrganizationId, PhoneNumberId},
    message::{Direction, Message, MessageFilter, MessageState, Transition},
    page::{Page, PageRequest},
};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{
    Lane, Writer, contacts,
    conversations::{self, Thread},
    messages,
    outbound::Priority,
    phone_numbers,
};

/// A message that a program wants sent.
#[derive(Debug, Clone)]
pub struct NewSend {
    /// Over which number of ours.
    pub from: PhoneNumberId,
    /// A phone number in international form, in any way people write one.
    pub to: Option<String>,
    /// A BSUID; used when `to` is absent, learned when it is there.
    pub recipient: Option<String>,
    /// Cloud-API-shaped, without address.
    pub content: Value,
    /// Whether it is one of many, such as a newsletter: answers go first, and who sends many takes turns with others who do.
    pub bulk: bool,
    /// Not worth sending from this moment on; it fails then.
    pub send_before: Option<Timestamp>,
}

impl NewSend {
    /// A message to a phone number, with nothing special about it.
    pub fn new(from: PhoneNumberId, to: impl Into<String>, content: Value) -> Self {
        Self { from, to: Some(to.into()), recipient: None, content, bulk: false, send_before: None }
    }
}

/// Which failed messages are to be sent again; each part that is given narrows it.
#[derive(Debug, Clone, Default)]
pub struct RetryFilter {
    /// Meta's code.
    pub code: Option<i64>,
    /// Over this number.
    pub number: Option<PhoneNumberId>,
    /// Failed at this moment or later.
    pub since: Option<Timestamp>,
    /// Failed before this moment.
    pub until: Option<Timestamp>,
}

/// What came of sending failed messages again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retried {
    /// Sent again now, or had been already.
    pub sent_again: u64,
    /// May not be sent now, for instance because a service window has closed.
    pub refused: u64,
    /// Whether more of them are left: ask again.
    pub more: bool,
}

/// Failed messages sent again in one go.
const RETRIES: usize = 1_000;

/// What a person knows of a message of unknown outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettleChoice {
    /// It was sent; nothing is to be done.
    Sent,
    /// It was not sent, or may be sent twice.
    SendAgain,
}

/// What a code of Meta's means, in plain words.
pub fn explain(code: i64) -> Option<&'static str> {
    outbound::translate::meaning(code)
}

/// Whether a failed message can be tried again with any hope.
pub fn can_retry(message: &Message) -> bool {
    message.direction == Direction::Outbound
        && message.state == MessageState::Failed
        && message.error.as_ref().and_then(|e| e.code).is_none_or(outbound::translate::may_help_again)
}

impl App {
    /// Enqueues a message to a phone number or BSUID. The contact and the conversation are made when they are new.
    ///
    /// With an idempotency key, a repetition gives the message that the first request made.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field that is wrong, [`Error::RuleViolated`] when it may not be sent now,
    /// [`Error::Conflict`] when the key was used for something else, [`Error::NotFound`] without such a number.
    pub async fn send(&self, caller: &Caller, new: NewSend, key: Option<String>) -> Result<Message> {
        let sighting = address(new.to.as_deref(), new.recipient.as_deref())?;
        let hash = request_hash(&[&new.from.to_string(), &format!("{sighting:?}"), &new.content.to_string()]);
        let turn = turn(caller, &new, self.now())?;
        let lane = Lane::contact(sighting.lane_key().unwrap_or_default());
        let (org, from, now, ids) = (caller.organization, new.from, self.now(), self.inner.ids.clone());
        let (order, cause) = (self.order(caller, new.content, key.clone()), caller.cause());
        let message = self.write(lane, move |w| {
            if let Some(seen) = seen(w, org, key.as_deref(), &hash)? {
                return Ok(seen);
            }
            phone_numbers::get(w, org, from)?
                .ok_or_else(|| Error::invalid("from", "names no phone number of ours"))?;
            let sighted = contacts::sight(w, org, &sighting, ContactId(ids.next()), now)?;
            let contact = sighted.contact;
            if sighted.changed {
                let subject = Subject { contact: Some(contact.id), ..Subject::default() };
                tell(w, org, EventKind::ContactUpdated, subject, cause, now)?;
            }
            let thread =
                conversations::open_thread(w, org, from, contact.id, ConversationId(ids.next()), now)?;
            let draft = Draft { order: turn.clone(), ..order.draft(contact, thread) };
            let message = outbound::enqueue(w, &draft)?;
            remember(w, org, key.as_deref(), &hash, message.id, now)?;
            Ok(message)
        });
        let message = message.await?;
        self.inner.wake.all();
        Ok(message)
    }

    /// What is the same in every message of this caller.
    pub(crate) fn order(&self, caller: &Caller, content: Value, client_id: Option<String>) -> Order {
        Order {
            id: MessageId(self.inner.ids.next()),
            row_id: self.inner.ids.next(),
            caller: caller.clone(),
            content,
            client_id,
            now: self.now(),
        }
    }

    /// A message with its story.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn message(&self, org: OrganizationId, id: MessageId) -> Result<(Message, Vec<Transition>)> {
        let read = self.read(move |r| {
            let message = messages::get(r, org, id)?.ok_or(Error::NotFound)?;
            Ok((message, messages::transitions(r, org, id)?))
        });
        read.await
    }

    /// Messages of the organization or of one of its conversations, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn messages(
        &self,
        org: OrganizationId,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        self.read(move |r| Ok(messages::list(r, org, &filter, &page)?)).await
    }

    /// How many messages of an organization are in each state, by the state's word.
    ///
    /// # Errors
    /// The database's.
    pub async fn message_counts(&self, org: OrganizationId) -> Result<BTreeMap<String, u64>> {
        self.read(move |r| Ok(messages::counts(r, org)?)).await
    }

    /// Sends a failed message again, as a new message, if it may be sent now. Asking again gives that new message, which
    /// can itself be tried again should it fail.
    ///
    /// # Errors
    /// [`Error::RuleViolated`] when the message did not fail, or may not be sent now.
    pub async fn retry_message(&self, caller: &Caller, id: MessageId) -> Result<Message> {
        let org = caller.organization;
        let order = self.order(caller, Value::Null, None);
        let (key, now) = (format!("retry:{id}"), self.now());
        let hash = request_hash(&[&key]);
        let message = self.write(Lane::id(id.0), move |w| {
            if let Some(seen) = seen(w, org, Some(&key), &hash)? {
                return Ok(seen);
            }
            let failed = messages::get(w, org, id)?.ok_or(Error::NotFound)?;
            if failed.direction != Direction::Outbound || failed.state != MessageState::Failed {
                return Err(Error::RuleViolated {
                    rule: "not-failed",
                    message: "only a message that failed can be sent again".into(),
                });
            }
            let (contact, thread) = place(w, org, failed.conversation_id)?;
            let order = Order { content: failed.content, ..order.clone() };
            let message = outbound::enqueue(w, &order.draft(contact, thread))?;
            messages::set_retried(w, org, id, now)?;
            remember(w, org, Some(&key), &hash, message.id, now)?;
            Ok(message)
        });
        let message = message.await?;
        self.inner.wake.all();
        Ok(message)
    }

    /// Sends failed messages again that fit a filter, the oldest first, up to 1,000 at a time. Those that can't succeed,
    /// by Meta's code, are left alone; those that were sent again before are not sent twice.
    ///
    /// # Errors
    /// The database's. A message that may not be sent now is counted as refused.
    pub async fn retry_messages(&self, caller: &Caller, filter: RetryFilter) -> Result<Retried> {
        let org = caller.organization;
        let read = self.read(move |r| {
            let failed = messages::Failed {
                code: filter.code,
                number: filter.number,
                since: filter.since,
                until: filter.until,
            };
            Ok(messages::failed(r, org, &failed, RETRIES + 1)?)
        });
        let found = read.await?;
        let mut retried = Retried { more: found.len() > RETRIES, ..Retried::default() };
        for (id, code) in found.into_iter().take(RETRIES) {
            if !code.is_none_or(outbound::translate::may_help_again) {
                continue;
            }
            match self.retry_message(caller, id).await {
                Ok(_) => retried.sent_again += 1,
                Err(Error::RuleViolated { .. } | Error::Invalid { .. }) => retried.refused += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(retried)
    }

    /// Settles a message whose outcome nobody knows, by a person's word.
    ///
    /// # Errors
    /// [`Error::RuleViolated`] when its outcome is known by now.
    pub async fn settle_message(
        &self,
        caller: &Caller,
        id: MessageId,
        choice: SettleChoice,
    ) -> Result<Message> {
        let (org, cause, now, row) = (caller.organization, caller.cause(), self.now(), self.inner.ids.next());
        let settled = self.write(Lane::id(id.0), move |w| {
            messages::get(w, org, id)?.ok_or(Error::NotFound)?;
            let known = || Error::RuleViolated {
                rule: "outcome-known",
                message: "the outcome of this message is known".into(),
            };
            if store::outbound::state(w, org, id)?.as_deref() != Some("unknown") {
                return Err(known());
            }
            let outgoing = store::outbound::get(w, org, id)?.ok_or_else(known)?;
            outbound::settle_by_hand(w, &outgoing, choice == SettleChoice::Sent, cause, row, now)?;
            messages::get(w, org, id)?.ok_or(Error::NotFound)
        });
        let message = settled.await?;
        self.inner.wake.all();
        Ok(message)
    }
}

/// How a message takes its turn: many of one caller's take turns with many of another's.
fn turn(caller: &Caller, new: &NewSend, now: Timestamp) -> Result<outbound::Order> {
    if new.send_before.is_some_and(|moment| moment <= now) {
        return Err(Error::invalid("send_before", "is a moment in the future"));
    }
    let mut turn = outbound::Order { send_before: new.send_before, ..Priority::Reply.into() };
    if new.bulk {
        turn.priority = Priority::Bulk;
        turn.source = Some(match &caller.who {
            Who::Agent { id, .. } => id.to_string(),
            Who::Key { id, .. } => id.to_string(),
        });
    }
    Ok(turn)
}

/// The contact and thread of a conversation.
pub(crate) fn place(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: ConversationId,
) -> Result<(Contact, Thread)> {
    let thread = conversations::thread_by_id(w, org, id)?.ok_or(Error::NotFound)?;
    let contact = contacts::get(w, org, thread.contact_id)?.ok_or(Error::NotFound)?;
    Ok((contact, thread))
}

pub(crate) use idempotency::{hash as request_hash, remember, seen};

/// A message as its caller ordered it, before anybody knows to whom.
#[derive(Clone)]
pub(crate) struct Order {
    id: MessageId,
    row_id: uuid::Uuid,
    caller: Caller,
    content: Value,
    client_id: Option<String>,
    now: Timestamp,
}

impl Order {
    pub(crate) fn draft(&self, contact: Contact, thread: Thread) -> Draft {
        Draft {
            id: self.id,
            org: self.caller.organization,
            contact,
            thread,
            content: self.content.clone(),
            client_id: self.client_id.clone(),
            cause: self.caller.cause(),
            author_name: Some(self.caller.name().to_owned()),
            order: Priority::Reply.into(),
            now: self.now,
            row_id: self.row_id,
        }
    }
}
