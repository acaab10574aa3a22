//! A whole Waypost in a test: database, emulator in process, a clock that only moves when told, and nothing mocked.
//!
//! ```text
//! let mut w = World::new(Database::sqlite()).await;
//! let ana = w.customer("Ana");
//! w.says(&ana, "hola").await;
//! w.run_until_idle().await;
//! assert_eq!(w.inbox().await.len(), 1);
//! ```

mod database;
mod idle;
mod nats;
mod node;
mod receiver;

pub use database::Database;
pub use nats::Nats;
pub use node::Node;
pub use receiver::Door;

use app::{Ambient, App, Caller, Location, NewPhoneNumber, Roles, Running, Secrets, SetUp, Settings, Who};
use emulator::{Config as EmulatorConfig, Control, Emulator, Timing, Webhooks};
use model::{
    Timestamp,
    conversation::{Conversation, ConversationFilter},
    id::{ConversationId, OrganizationId},
    message::Message,
    page::PageRequest,
    phone_number::PhoneNumber,
    time::{Clock, Ids},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Where a world's clock starts: 2026-11-01T09:00:00Z.
pub const START_MS: i64 = 1_793_523_600_000;

/// A customer of the emulator, with a phone.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Phone number, digits.
    pub wa_id: String,
    /// Business-scoped user id.
    pub bsuid: String,
}

/// Waypost with one organization and one connected number, over an emulator of its own.
pub struct World {
    /// The product.
    pub app: App,
    /// The platform's controls.
    pub control: Control,
    /// The platform.
    pub emulator: Emulator,
    /// The organization's administrator.
    pub caller: Caller,
    /// The connected number.
    pub number: PhoneNumber,
    /// Where the platform delivers webhooks; can be shut and opened.
    pub door: Door,
    /// Where its database is.
    pub location: Location,
    clock: emulator::Clock,
    running: Option<Running>,
    settings: Settings,
    ambient: Ambient,
    graph: tokio::task::JoinHandle<()>,
    dirty: bool,
    // Last, so that everything that uses the database ends before it is removed.
    _database: Database,
}

/// How a world differs from the usual one.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether wake-ups are given.
    pub wake_ups: bool,
    /// Which roles run from the start.
    pub roles: Roles,
    /// How long an unknown outcome waits for a status.
    pub resend_after: Duration,
    /// How long a call to the platform may take.
    pub graph_timeout: Duration,
    /// How long an idle loop sleeps between two looks.
    pub poll: Duration,
    /// A NATS server, where the test has one.
    pub nats_url: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            wake_ups: true,
            roles: Roles::default(),
            resend_after: Duration::from_secs(60),
            graph_timeout: Duration::from_secs(5),
            poll: Duration::from_millis(20),
            nats_url: None,
        }
    }
}

impl World {
    /// The usual world.
    pub async fn new(database: Database) -> Self {
        Self::with(database, Options::default()).await
    }

    /// A world that differs in some way.
    ///
    /// # Panics
    /// When it can't be built: a test without a world is no test.
    pub async fn with(database: Database, options: Options) -> Self {
        let clock = emulator::Clock::manual(START_MS);
        let (graph_url, listener) = receiver::bind().await;
        let emulator = Emulator::new(EmulatorConfig {
            timing: Timing::quick(),
            webhooks: Webhooks::quick(),
            public_url: graph_url.clone(),
            ..EmulatorConfig::new(clock.clone())
        });
        emulator.start();
        let graph = receiver::serve(listener, emulator.router());
        let location = database.location().await;
        let mut settings = Settings::new(location.clone(), database.folder().join("media"));
        settings.config.graph_base_url = graph_url;
        settings.config.wake_ups = options.wake_ups;
        settings.config.resend_after = options.resend_after;
        settings.config.graph_timeout = options.graph_timeout;
        settings.config.poll = options.poll;
        settings.config.nats_url = options.nats_url;
        let ambient = ambient(&clock);
        let app = App::open(settings.clone(), ambient.clone()).await.expect("the product opens");
        let (caller, number) = first_run(&app).await;
        let door = Door::open(app.clone()).await;
        let control = emulator.control();
        let webhook = json!({"url": door.url(), "verify_token": "emulator-verify"});
        control.set_webhook(&webhook).await.expect("the product answers the handshake");
        let running = Some(app.start(options.roles));
        let mut world = Self {
            app,
            control,
            emulator,
            caller,
            number,
            door,
            location,
            clock,
            running,
            settings,
            ambient,
            graph,
            dirty: false,
            _database: database,
        };
        if options.roles.jobs {
            world.run_until_idle().await;
        }
        world
    }

    /// What another product on this world's clock is opened with, over a database of its own: ids may come twice.
    pub fn ambient(&self) -> Ambient {
        ambient(&self.clock)
    }

    /// The organization.
    pub fn org(&self) -> OrganizationId {
        self.caller.organization
    }

    /// Adds a customer with a phone.
    pub fn customer(&self, name: &str) -> Customer {
        self.add_customer(&json!({"name": name}))
    }

    /// Adds a customer who shows a username instead of a phone number.
    pub fn customer_with_username(&self, name: &str, username: &str) -> Customer {
        self.add_customer(&json!({"name": name, "username": username}))
    }

    fn add_customer(&self, body: &Value) -> Customer {
        let made = self.control.add_customer(body).expect("a customer");
        let text = |key: &str| made[key].as_str().unwrap_or_default().to_owned();
        Customer { wa_id: text("wa_id"), bsuid: text("user_id") }
    }

    /// The customer writes a text.
    pub async fn says(&mut self, customer: &Customer, text: &str) -> String {
        self.sends(customer, &json!({"type": "text", "text": {"body": text}})).await
    }

    /// The customer sends anything; gives its wamid.
    pub async fn sends(&mut self, customer: &Customer, body: &Value) -> String {
        self.dirty = true;
        let sent = self.control.send(&customer.wa_id, body).expect("the customer's message is taken");
        sent["id"].as_str().expect("it has an id").to_owned()
    }

    /// What the customer's phone shows, oldest first.
    pub fn phone(&self, customer: &Customer) -> Vec<Value> {
        let thread =
            self.control.thread(&customer.wa_id, &Default::default()).expect("the customer is known");
        thread["messages"].as_array().cloned().unwrap_or_default()
    }

    /// The texts that we sent and the customer's phone shows.
    pub fn phone_texts(&self, customer: &Customer) -> Vec<String> {
        let ours = self.phone(customer).into_iter().filter(|m| m["direction"] == "outbound");
        ours.map(|m| m["text"]["body"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The conversations, newest first.
    pub async fn inbox(&self) -> Vec<Conversation> {
        let page = PageRequest::new(Some(200), None);
        self.app.conversations(self.org(), ConversationFilter::default(), page).await.expect("a list").data
    }

    /// A conversation's messages, oldest first.
    pub async fn thread(&self, id: ConversationId) -> Vec<Message> {
        let page = PageRequest::new(Some(200), None);
        let mut messages = self.app.thread(self.org(), id, page).await.expect("a thread").data;
        messages.reverse();
        messages
    }

    /// The agent answers in the only conversation.
    pub async fn reply(&mut self, text: &str) -> app::Result<Message> {
        let conversation = self.inbox().await.first().expect("a conversation").id;
        self.reply_with(conversation, json!({"type": "text", "text": {"body": text}})).await
    }

    /// The agent answers with anything.
    pub async fn reply_with(&mut self, id: ConversationId, content: Value) -> app::Result<Message> {
        self.dirty = true;
        self.app.reply(&self.caller, id, content, None).await
    }

    /// Moves time for both sides.
    pub fn advance(&mut self, by: Duration) {
        self.dirty = true;
        self.control.advance(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }

    /// Says that what is still under way is meant to be: the drop won't complain.
    pub fn leave_undone(&mut self) {
        self.dirty = false;
    }

    /// Says that something is under way which this world did not see begin.
    pub fn expect_work(&mut self) {
        self.dirty = true;
    }

    /// Ends the roles the graceful way, and starts others.
    pub async fn restart(&mut self, roles: Roles) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.running = Some(self.app.start(roles));
    }

    /// Ends the roles the graceful way; nothing starts in their place.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Ends the roles as `kill -9` would: what they hold stays held until it runs out.
    pub fn die(&mut self) {
        self.running = None;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.graph.abort();
        self.emulator.stop();
        assert!(
            !self.dirty || std::thread::panicking(),
            "the test left work undone: call run_until_idle(), or leave_undone() if that is the point"
        );
    }
}

/// The first run, as a newcomer does it: set-up, then the published number of the emulator.
async fn first_run(app: &App) -> (Caller, PhoneNumber) {
    let setup = SetUp {
        token: app.setup_token().to_owned(),
        organization_name: "Lucky Shrub".into(),
        name: "Alba".into(),
        email: "alba@example.test".into(),
        password: "correct horse".into(),
    };
    let session = app.setup(setup).await.expect("set-up");
    let user = session.signed_in.user;
    let caller = Caller {
        organization: session.signed_in.organization.id,
        who: Who::Agent { id: user.id, name: user.name, role: user.role },
    };
    let number = app.connect_phone_number(&caller, published_number()).await.expect("the number connects");
    (caller, number)
}

/// The emulator's published number.
pub fn published_number() -> NewPhoneNumber {
    let seed = emulator::SeedWorld::default();
    NewPhoneNumber {
        phone_number_id: seed.phone_number_id,
        waba_id: seed.waba_id,
        display_phone_number: seed.display_phone_number,
        verified_name: seed.verified_name,
        access_token: seed.access_token,
        app_id: seed.app_id,
        app_secret: seed.app_secret,
        verify_token: seed.verify_token,
    }
}

/// A clock that both sides share, counting ids, and secrets that repeat: a test's run is the same every time.
fn ambient(clock: &emulator::Clock) -> Ambient {
    let clock = clock.clone();
    let count = Arc::new(AtomicU64::new(1));
    let secret = AtomicU64::new(0);
    let time = clock.clone();
    Ambient {
        clock: Clock::new(move || Timestamp::from_millisecond(clock.now_ms()).unwrap_or(Timestamp::MIN)),
        ids: Ids::new(move || id(time.now_ms(), count.fetch_add(1, Ordering::Relaxed))),
        secrets: Secrets::new(move |bytes| {
            for byte in bytes {
                *byte = (secret.fetch_add(7, Ordering::Relaxed) % 251) as u8;
            }
        }),
    }
}

/// A UUIDv7 made of the world's time and a counter: sorted as they were made.
fn id(now_ms: i64, count: u64) -> uuid::Uuid {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&count.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(now_ms.unsigned_abs(), &bytes).into_uuid()
}
