//! Where the shop's history is played: customers on the emulator's phones, agents through the product's use cases.

use super::Demo;
use anyhow::{Context, anyhow, bail, ensure};
use app::{App, Caller, ConversationPatch};
use bytes::Bytes;
use emulator::{Control, SentFile};
use model::{
    conversation::{Conversation, ConversationFilter, ConversationState},
    id::PhoneNumberId,
    page::PageRequest,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long anything may take to come to rest, in real time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How far the shared clock moves between two looks: the emulator's messages travel in fractions of a second.
const TICK_MS: i64 = 200;

/// Who works in the shop.
pub(super) struct Cast {
    pub ana: Caller,
    pub luis: Caller,
}

/// A customer with a phone.
pub(super) struct Customer {
    id: String,
    name: &'static str,
}

/// Moves both sides and waits until each step has arrived everywhere.
pub(super) struct Stage<'d> {
    demo: &'d Demo,
    control: Control,
    number: PhoneNumberId,
    pub cast: Cast,
}

impl<'d> Stage<'d> {
    pub(super) fn new(demo: &'d Demo, cast: Cast, number: PhoneNumberId) -> Self {
        Self { demo, control: demo.emulator.control(), number, cast }
    }

    fn app(&self) -> &App {
        &self.demo.app
    }

    /// Waits until the templates have been read from the emulator.
    pub(super) async fn templates(&self) -> anyhow::Result<()> {
        self.rest().await?;
        let (organization, first) = (self.cast.ana.organization, PageRequest::default());
        let read = self.app().templates(organization, Some(self.number), first).await?;
        ensure!(!read.data.is_empty(), "the templates were not read");
        Ok(())
    }

    /// Lets time pass until it is `minutes` before the real present; time that has passed already stays passed.
    pub(super) fn minutes_ago(&self, minutes: i64) {
        self.control.advance(-self.demo.time.offset_ms() - minutes * 60_000);
    }

    /// A customer appears, `username` in place of a number that the business may see.
    pub(super) fn customer(&self, name: &'static str, username: Option<&str>) -> anyhow::Result<Customer> {
        let made = self
            .control
            .add_customer(&json!({ "name": name, "username": username }))
            .map_err(|e| anyhow!("{e}"))?;
        let id = made["id"].as_str().context("the emulator gave no id")?.to_owned();
        Ok(Customer { id, name })
    }

    /// The customer writes.
    pub(super) async fn says(&self, customer: &Customer, text: &str) -> anyhow::Result<()> {
        self.sends(customer, &json!({ "type": "text", "text": { "body": text } })).await?;
        Ok(())
    }

    /// The customer sends a message of any kind; its wamid.
    async fn sends(&self, customer: &Customer, message: &Value) -> anyhow::Result<String> {
        let sent = self.control.send(&customer.id, message).map_err(|e| anyhow!("{e}"))?;
        self.rest().await?;
        Ok(sent["id"].as_str().unwrap_or_default().to_owned())
    }

    /// The customer sends a picture.
    pub(super) async fn shows(
        &self,
        customer: &Customer,
        picture: &'static [u8],
        caption: &str,
    ) -> anyhow::Result<()> {
        let file = SentFile {
            bytes: Bytes::from_static(picture),
            mime_type: "image/jpeg".to_owned(),
            filename: None,
        };
        let body = json!({ "type": "image", "caption": caption });
        self.control.send_file(&customer.id, &body, file).await.map_err(|e| anyhow!("{e}"))?;
        self.rest().await
    }

    /// The customer taps a button.
    pub(super) async fn taps(&self, customer: &Customer, title: &str) -> anyhow::Result<()> {
        self.control.tap(&customer.id, &json!({ "title": title })).map_err(|e| anyhow!("{e}"))?;
        self.rest().await
    }

    /// The customer reacts to the newest message.
    pub(super) async fn reacts(&self, customer: &Customer, emoji: &str) -> anyhow::Result<()> {
        let conversation = self.conversation(customer).await?;
        let page =
            self.app().thread(self.cast.ana.organization, conversation.id, PageRequest::default()).await?;
        let wamid = page.data.into_iter().find_map(|message| message.wamid).context("nothing to react to")?;
        let reaction = json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": emoji } });
        self.sends(customer, &reaction).await?;
        Ok(())
    }

    /// An agent reads the conversation and answers in words.
    pub(super) async fn answers(
        &self,
        agent: &Caller,
        customer: &Customer,
        text: &str,
    ) -> anyhow::Result<()> {
        self.replies(agent, customer, json!({ "type": "text", "text": { "body": text } })).await
    }

    /// An agent reads the conversation and answers with a message of any kind.
    pub(super) async fn replies(
        &self,
        agent: &Caller,
        customer: &Customer,
        content: Value,
    ) -> anyhow::Result<()> {
        let conversation = self.conversation(customer).await?;
        self.app().mark_read(agent, conversation.id).await?;
        self.app().reply(agent, conversation.id, content, None).await?;
        self.rest().await
    }

    /// An agent takes the conversation on.
    pub(super) async fn takes(&self, agent: &Caller, customer: &Customer) -> anyhow::Result<()> {
        self.changes(agent, customer, ConversationPatch { state: None, assignee: Some(agent.user()) }).await
    }

    /// An agent puts the conversation into another state.
    pub(super) async fn puts(
        &self,
        agent: &Caller,
        customer: &Customer,
        state: ConversationState,
    ) -> anyhow::Result<()> {
        self.changes(agent, customer, ConversationPatch { state: Some(state), assignee: None }).await
    }

    async fn changes(
        &self,
        agent: &Caller,
        customer: &Customer,
        patch: ConversationPatch,
    ) -> anyhow::Result<()> {
        let conversation = self.conversation(customer).await?;
        self.app().mark_read(agent, conversation.id).await?;
        self.app().update_conversation(agent, conversation.id, patch).await?;
        Ok(())
    }

    async fn conversation(&self, customer: &Customer) -> anyhow::Result<Conversation> {
        let filter =
            ConversationFilter { search: Some(customer.name.to_owned()), ..ConversationFilter::default() };
        let found =
            self.app().conversations(self.cast.ana.organization, filter, PageRequest::default()).await?;
        found.data.into_iter().next().with_context(|| format!("no conversation with {}", customer.name))
    }

    /// Waits until nothing is under way on either side: every webhook handled, every message sent and read.
    async fn rest(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut still = 0;
        while still < 2 {
            self.control.advance(TICK_MS);
            self.demo.emulator.settle().await;
            let stats = self.app().stats().await?;
            let waiting = [stats.deliveries_waiting, stats.queued, stats.in_flight, stats.jobs_waiting];
            let planned = self.control.clock()["planned"].as_u64().unwrap_or(0);
            still = if waiting == [0; 4] && planned == 0 { still + 1 } else { 0 };
            if Instant::now() > deadline {
                bail!("the shop does not come to rest: {waiting:?}, {planned} planned in the emulator");
            }
            if still == 0 {
                sleep(Duration::from_millis(5)).await;
            }
        }
        Ok(())
    }
}
