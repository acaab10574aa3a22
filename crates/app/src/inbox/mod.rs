//! The inbox: conversations as agents work with them.

use crate::{App, Caller, Error, Result, events::tell, jobs, messages as sending, outbound};
use model::{
    conversation::{Conversation, ConversationCounts, ConversationFilter, ConversationState},
    event::{EventKind, Subject},
    id::{ConversationId, OrganizationId, UserId},
    message::Message,
    page::{Page, PageRequest},
};
use serde_json::Value;
use store::{Lane, accounts, conversations, messages};

/// What an agent changes about a conversation; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationPatch {
    /// Where it stands.
    pub state: Option<ConversationState>,
    /// Whose it is; `Some(None)` is nobody's.
    pub assignee: Option<Option<UserId>>,
}

impl App {
    /// Conversations, those with the newest message first.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversations(
        &self,
        org: OrganizationId,
        filter: ConversationFilter,
        page: PageRequest,
    ) -> Result<Page<Conversation>> {
        self.read(move |r| Ok(conversations::list(r, org, &filter, &page)?)).await
    }

    /// How many open conversations there are, by who has them.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversation_counts(&self, caller: &Caller) -> Result<ConversationCounts> {
        let (org, me) = (caller.organization, caller.user());
        self.read(move |r| Ok(conversations::counts(r, org, me)?)).await
    }

    /// One conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn conversation(&self, org: OrganizationId, id: ConversationId) -> Result<Conversation> {
        self.read(move |r| conversations::get(r, org, id)?.ok_or(Error::NotFound)).await
    }

    /// Changes a conversation's state or assignee.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when the assignee is nobody of this organization.
    pub async fn update_conversation(
        &self,
        caller: &Caller,
        id: ConversationId,
        patch: ConversationPatch,
    ) -> Result<Conversation> {
        let (org, cause, now) = (caller.organization, caller.cause(), self.now());
        let updated = self.write(Lane::id(id.0), move |w| {
            conversations::thread_by_id(w, org, id)?.ok_or(Error::NotFound)?;
            if let Some(state) = patch.state {
                conversations::set_state(w, org, id, state)?;
            }
            if let Some(assignee) = patch.assignee {
                if let Some(user) = assignee
                    && accounts::user_by_id(w, org, user)?.is_none()
                {
                    return Err(Error::invalid("assignee_id", "names nobody of this organization"));
                }
                conversations::assign(w, org, id, assignee)?;
            }
            let subject = Subject { conversation: Some(id), ..Subject::default() };
            tell(w, org, EventKind::ConversationUpdated, subject, cause, now)?;
            conversations::get(w, org, id)?.ok_or(Error::NotFound)
        });
        let conversation = updated.await?;
        self.inner.wake.events();
        Ok(conversation)
    }

    /// A conversation's messages, newest first; the page's cursor leads to older ones.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn thread(
        &self,
        org: OrganizationId,
        id: ConversationId,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        let read = self.read(move |r| {
            conversations::thread_by_id(r, org, id)?.ok_or(Error::NotFound)?;
            Ok(messages::thread(r, org, id, &page)?)
        });
        read.await
    }

    /// Marks a conversation as read by people and, if something was unread, has WhatsApp show it to the contact.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn mark_read(&self, caller: &Caller, id: ConversationId) -> Result<()> {
        let (org, cause, now, job) = (caller.organization, caller.cause(), self.now(), self.inner.ids.next());
        let marked = self.write(Lane::id(id.0), move |w| {
            let thread = conversations::thread_by_id(w, org, id)?.ok_or(Error::NotFound)?;
            let Some(newest) = conversations::mark_read(w, org, id)? else { return Ok(()) };
            jobs::mark_read(w, org, thread.phone_number_id, newest, job, now)?;
            let subject = Subject { conversation: Some(id), ..Subject::default() };
            tell(w, org, EventKind::ConversationUpdated, subject, cause, now)
        });
        marked.await?;
        self.inner.wake.all();
        Ok(())
    }

    /// Answers in a conversation. The client's id makes a repetition give the same message.
    ///
    /// # Errors
    /// As [`App::send`].
    pub async fn reply(
        &self,
        caller: &Caller,
        id: ConversationId,
        content: Value,
        client_id: Option<String>,
    ) -> Result<Message> {
        let org = caller.organization;
        let (contact, _) = self.read(move |r| place_of(r, org, id)).await?;
        let hash = sending::request_hash(&[&id.to_string(), &content.to_string()]);
        let lane = Lane::contact(&contact);
        let now = self.now();
        let order = self.order(caller, content, client_id.clone());
        let message = self.write(lane, move |w| {
            if let Some(seen) = sending::seen(w, org, client_id.as_deref(), &hash)? {
                return Ok(seen);
            }
            let (contact, thread) = sending::place(w, org, id)?;
            let message = outbound::enqueue(w, &order.draft(contact, thread))?;
            sending::remember(w, org, client_id.as_deref(), &hash, message.id, now)?;
            Ok(message)
        });
        let message = message.await?;
        self.inner.wake.all();
        Ok(message)
    }
}

/// The address that work on a conversation's contact is ordered by.
fn place_of(
    r: &mut store::Reader<'_>,
    org: OrganizationId,
    id: ConversationId,
) -> Result<(String, ConversationId)> {
    let thread = conversations::thread_by_id(r, org, id)?.ok_or(Error::NotFound)?;
    let contact = store::contacts::get(r, org, thread.contact_id)?.ok_or(Error::NotFound)?;
    let address = contact.address().map_or_else(String::new, |a| match a {
        model::contact::Address::Phone(value) | model::contact::Address::Bsuid(value) => value,
    });
    Ok((address, id))
}
