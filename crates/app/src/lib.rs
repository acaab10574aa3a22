//! What Waypost does, one folder per feature. The only room that opens a Writer (invariant I3).
//!
//! [`App`] is the whole product without its doors: `server` translates HTTP into its methods, `cli` starts its
//! [`Roles`].

pub mod accounts;
mod ambient;
mod caller;
pub mod care;
pub mod contacts;
mod deliveries;
mod error;
mod events;
mod figures;
mod health;
pub mod inbound;
pub mod inbox;
mod jobs;
mod media;
pub mod messages;
mod meta;
mod nodes;
mod outbound;
pub mod phone_numbers;
mod publisher;
mod roles;
pub mod rules;
mod templates;
mod wake;
pub mod webhook;

pub use accounts::{NewSession, NewUser, SetUp, SignedIn};
pub use ambient::{Ambient, Secrets};
pub use caller::{Caller, Who};
pub use contacts::NewContact;
pub use error::{Error, Result};
pub use health::{LaneOverview, Overview, Stats, Unknowns};
pub use inbox::ConversationPatch;
pub use messages::{NewSend, Retried, RetryFilter, SettleChoice, can_retry, explain};
pub use phone_numbers::NewPhoneNumber;
pub use publisher::PublisherLag;
pub use roles::{Roles, Running};
pub use rules::{RuleDraft, RulePatch, StoredRule};
pub use store::{Counts as DatabaseCounts, Location, Tuning, jobs::KindBacklog};

use model::{
    Timestamp,
    id::NodeId,
    time::{Clock, Ids},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::{Db, Dialect, Lane, ReadDb, Reader, Writer};
use tokio::sync::Semaphore;
use wake::Wake;

/// How the product behaves; every field has a default that suits production.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host of the Graph API, Meta's or an emulator's.
    pub graph_base_url: String,
    /// Version of the Graph API, such as `v25.0`.
    pub graph_version: String,
    /// How long a call to the Graph API may take, answer included.
    pub graph_timeout: Duration,
    /// How long to wait for the status webhook of a message whose outcome is unknown, before it is sent again.
    pub resend_after: Duration,
    /// Most calls to Meta at once for one phone number; its throughput bounds them as well.
    pub sends_at_once: usize,
    /// Whether idle loops are woken. Off, everything still happens, later: the tests prove that wake-ups are hints.
    pub wake_ups: bool,
    /// How long an idle loop sleeps between two looks.
    pub poll: Duration,
    /// Files up to this many bytes are taken; Meta's largest, a document, is 100 MB.
    pub media_max: usize,
    /// NATS servers, `nats://…`: events are published there, and wake-ups between nodes go over it.
    pub nats_url: Option<String>,
    /// How long calls under way may take to end when the process is to.
    pub drain: Duration,
    /// How long things are kept.
    pub retention: care::Retention,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            graph_base_url: meta::BASE_URL.into(),
            graph_version: meta::VERSION.into(),
            graph_timeout: Duration::from_secs(30),
            resend_after: Duration::from_secs(60),
            sends_at_once: 512,
            wake_ups: true,
            poll: Duration::from_millis(250),
            media_max: 100 * 1024 * 1024,
            nats_url: None,
            drain: Duration::from_secs(25),
            retention: care::Retention::default(),
        }
    }
}

/// What [`App::open`] needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the data is.
    pub database: Location,
    /// How the database is used.
    pub tuning: Tuning,
    /// Folder of the files of messages; made when missing.
    pub media_dir: PathBuf,
    /// How the product behaves.
    pub config: Config,
}

impl Settings {
    /// The usual settings over a database and a media folder.
    pub fn new(database: Location, media_dir: PathBuf) -> Self {
        Self { database, tuning: Tuning::default(), media_dir, config: Config::default() }
    }
}

/// The product. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Clock,
    ids: Ids,
    secrets: Secrets,
    config: Config,
    media_dir: PathBuf,
    node: NodeId,
    wake: Wake,
    wire: Option<stream::Wire>,
    meta: meta::Graph,
    circuits: outbound::Circuits,
    courses: outbound::Courses,
    figures: figures::Figures,
    traffic: outbound::Traffic,
    numbers: inbound::Numbers,
    apps: webhook::Apps,
    hashing: Semaphore,
    setup_token: String,
}

impl App {
    /// Opens the database, brings it up to date, and makes the product ready. Nothing runs until [`App::start`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when database or media folder can't be used, [`Error::Invalid`] when the Graph address
    /// can't.
    pub async fn open(settings: Settings, ambient: Ambient) -> Result<Self> {
        let now = ambient.clock.now();
        let Settings { database, tuning, media_dir, config } = settings;
        // Opening waits for threads and the network, which must not hold up the runtime.
        let db = tokio::task::spawn_blocking(move || Db::open(&database, tuning, now))
            .await
            .map_err(|e| Error::Internal(e.to_string()))??;
        tokio::fs::create_dir_all(&media_dir)
            .await
            .map_err(|e| Error::Unavailable(format!("can't make {}: {e}", media_dir.display())))?;
        let wire = match &config.nats_url {
            Some(url) => Some(stream::Wire::connect(url, "waypost").await?),
            None => None,
        };
        let inner = Inner {
            db,
            wire,
            meta: meta::Graph::new(&config, ambient.clock.clone())?,
            circuits: outbound::Circuits::default(),
            courses: outbound::Courses::default(),
            figures: figures::Figures::default(),
            traffic: outbound::Traffic::default(),
            numbers: inbound::Numbers::default(),
            wake: Wake::new(config.wake_ups),
            config,
            media_dir,
            node: NodeId(ambient.ids.next()),
            apps: webhook::Apps::default(),
            hashing: Semaphore::new(accounts::password::AT_ONCE),
            setup_token: ambient.secrets.token(24),
            clock: ambient.clock,
            ids: ambient.ids,
            secrets: ambient.secrets,
        };
        let app = Self { inner: Arc::new(inner) };
        if app.inner.db.dialect() == Dialect::Sqlite {
            // Nobody else has this file, so whatever is claimed or held was so by a process that ended.
            let freed = app.write(Lane::Any, |w| {
                store::leases::free_all(w)?;
                Ok(store::jobs::release_all(w)?)
            });
            freed.await?;
        }
        Ok(app)
    }

    /// The database, for reading.
    pub fn reader(&self) -> ReadDb {
        self.inner.db.reader()
    }

    /// A transaction whose errors are the product's; see [`Db::write`].
    fn write<T, F>(&self, lane: Lane, work: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        F: FnMut(&mut Writer<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.inner.db.write(lane, work)
    }

    /// A look at the committed state; see [`ReadDb::read`].
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.db.read(work).await
    }

    /// The present moment, by the product's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
