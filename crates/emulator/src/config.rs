//! What an emulator is made from: clock, seed, timing, webhook policy and the world it begins with.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::dice::Dice;
use crate::open_questions::OpenQuestions;

/// How an emulator behaves. [`Config::new`] gives the published defaults; change fields as needed.
#[derive(Clone, Debug)]
pub struct Config {
    /// Seeds every id, delay and fault: the same seed and script give the same webhook bodies.
    pub seed: u64,
    /// The emulator's only source of time.
    pub clock: Clock,
    /// How fast messages travel and customers read.
    pub timing: Timing,
    /// Where clients reach this emulator, without a trailing slash; media URLs and paging links begin with it.
    pub public_url: String,
    /// Keeps the world between runs: loaded at start, written every few seconds when it changed and on shutdown.
    /// Media bytes go to a directory beside it.
    pub state_file: Option<PathBuf>,
    /// How webhooks are sent and retried.
    pub webhooks: Webhooks,
    /// App, WABA, phone number and templates at the beginning and after a reset.
    pub seed_world: SeedWorld,
    /// What happens to a message to a phone number that nobody has created a customer for.
    pub unknown_recipients: UnknownRecipients,
    /// Whether media by `link` is fetched, as Meta does, or believed to exist.
    pub link_media: LinkMedia,
    /// Messages per second, in and out together, before 130429. Meta: 80, or 1,000 after an upgrade.
    pub throughput_mps: u32,
    /// Messages to one person that may be borrowed from the future, one repaid every 6 s; 0 switches 131056 off.
    pub pair_burst: u32,
    /// Service messages per number and calendar month that are free since October 2026.
    pub free_service_messages: u32,
    /// Marketing templates to numbers of the United States fail with 131049, as on the platform since April 2025.
    /// Fictional +1 555 numbers are exempt.
    pub block_us_marketing: bool,
    /// Marketing messages to one person in 24 hours, of all businesses together, before 131049; `None` for no cap. Meta
    /// keeps its own numbers secret.
    pub marketing_cap: Option<u32>,
    /// How long after half of a messaging limit has been used the platform looks whether the portfolio moves to the next
    /// one, in milliseconds; `None` for never. Meta: within about six hours.
    pub limit_upgrade_ms: Option<i64>,
    /// Which behaviour is modelled where Meta's pages leave it open.
    pub open_questions: OpenQuestions,
    /// Templates per WABA before 2388019, each language counted. Meta: 250, or 6,000 once the portfolio is verified and a
    /// number has an approved display name.
    pub template_limit: u32,
    /// Templates created per WABA and hour before 80007.
    pub template_creations_per_hour: u32,
    /// Paces templates that were just approved or unpaused: how many messages go out at once, and how long the others are
    /// held until they are released, or (when quality is low) dropped. `None` switches pacing off.
    pub pacing: Option<(u32, Delay)>,
    /// How long the Marketing Messages API answers 134101 for a new template, in milliseconds. Meta: about ten minutes.
    pub marketing_sync_ms: i64,
    /// Management calls per WABA and hour before 80007.
    pub management_calls_per_hour: u32,
    /// How forms and their endpoints are treated.
    pub forms: FormRules,
    /// Load mode from the beginning: no rate limits, no events, short memories. See `PUT /_control/load`.
    pub load: bool,
    /// The oldest messages beyond this many are forgotten.
    pub max_messages: usize,
    /// Graph requests kept for `GET /_control/requests`; 0 keeps none.
    pub request_log: usize,
    /// Media kept in memory (without a `state_file`), in bytes; the oldest go first.
    pub max_media_bytes: u64,
}

impl Config {
    /// The defaults: seed 1, quick timing, `http://127.0.0.1:9080`, nothing kept on disk.
    pub fn new(clock: Clock) -> Self {
        Self {
            seed: 1,
            clock,
            timing: Timing::quick(),
            public_url: "http://127.0.0.1:9080".to_owned(),
            state_file: None,
            webhooks: Webhooks::default(),
            seed_world: SeedWorld::default(),
            unknown_recipients: UnknownRecipients::Deliver,
            link_media: LinkMedia::Fetch,
            throughput_mps: 80,
            pair_burst: 45,
            free_service_messages: 1_000,
            block_us_marketing: true,
            marketing_cap: None,
            limit_upgrade_ms: Some(6 * 3_600_000),
            open_questions: OpenQuestions::default(),
            template_limit: 6_000,
            template_creations_per_hour: 100,
            pacing: None,
            marketing_sync_ms: 2_000,
            management_calls_per_hour: 5_000,
            forms: FormRules::default(),
            load: false,
            max_messages: 100_000,
            request_log: 2_000,
            max_media_bytes: 512 * 1024 * 1024,
        }
    }
}

/// How long the endpoints of forms (Meta's Flows) may take, and when their health is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRules {
    /// Real milliseconds that an endpoint may take to answer. Meta: 10 s.
    pub endpoint_timeout_ms: u64,
    /// How far back error rates, latencies and availability look, in milliseconds of virtual time. Meta: 30 minutes.
    pub alert_window_ms: i64,
    /// Fewer requests, or screens, in that time raise no alert about errors or latency. Meta's number isn't known.
    pub alert_least_requests: usize,
    /// Requests that a form must have made before its metrics are answered (139006 until then). Meta: 250.
    pub metrics_least_requests: u64,
}

impl Default for FormRules {
    fn default() -> Self {
        Self {
            endpoint_timeout_ms: 10_000,
            alert_window_ms: 30 * 60_000,
            alert_least_requests: 10,
            metrics_least_requests: 250,
        }
    }
}

/// A message to a phone number without a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownRecipients {
    /// A customer with that number appears and gets it.
    Deliver,
    /// Accepted, then `failed` with 131026, as for a number that is not on WhatsApp.
    Undeliverable,
}

/// Media sent by `link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMedia {
    /// Fetched (cached for 10 minutes); when that fails the message fails with 131053.
    Fetch,
    /// Not fetched: for machines without a network. The phone shows the link.
    Trust,
}

/// A length of time, in milliseconds, that may vary.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delay {
    /// Always this long.
    Fixed(u64),
    /// Evenly between the two.
    Between(u64, u64),
    /// Log-normal by its median and its 99th percentile.
    LongTail {
        /// Half of the delays are shorter.
        median: u64,
        /// One in a hundred is longer.
        p99: u64,
    },
}

impl Delay {
    pub(crate) fn sample(self, dice: &mut Dice) -> i64 {
        let ms = match self {
            Self::Fixed(ms) => ms,
            Self::Between(low, high) => dice.between(low, high),
            Self::LongTail { median, p99 } => {
                let sigma = (p99.max(1) as f64 / median.max(1) as f64).ln() / 2.326;
                (median as f64 * (sigma * dice.normal()).exp()) as u64
            }
        };
        i64::try_from(ms).unwrap_or(i64::MAX / 4)
    }
}

/// How long each step takes after the one before it, and how often one is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// From accepted to `sent`.
    pub sent: Delay,
    /// From `sent` to `delivered`.
    pub delivered: Delay,
    /// From `delivered` to `read`, when nobody has the chat open on the phones page. An open chat reads at once.
    pub read: Delay,
    /// From `read` to `played`, for voice messages.
    pub played: Delay,
    /// From accepted to an asynchronous `failed`.
    pub failed: Delay,
    /// How long a phone that is offline stays so.
    pub offline: Delay,
    /// How long a template's review takes.
    pub review: Delay,
    /// Percentage of messages that find the phone offline.
    pub offline_percent: u8,
    /// Percentage that is never read by itself.
    pub unread_percent: u8,
    /// Percentage whose `delivered` is skipped because `read` came at the same time.
    pub skip_delivered_percent: u8,
}

impl Timing {
    /// For demonstrations and tests: sent 100 ms, delivered 250 ms, read 400 ms after accepting, nothing left out.
    pub fn quick() -> Self {
        Self {
            sent: Delay::Fixed(100),
            delivered: Delay::Fixed(150),
            read: Delay::Fixed(150),
            played: Delay::Fixed(150),
            failed: Delay::Fixed(100),
            offline: Delay::Fixed(0),
            review: Delay::Fixed(500),
            offline_percent: 0,
            unread_percent: 0,
            skip_delivered_percent: 0,
        }
    }

    /// As observed on the platform: sent within a second, delivered in a second or two (3 % of phones are offline for
    /// hours), read after two minutes or never.
    pub fn realistic() -> Self {
        Self {
            sent: Delay::Between(200, 900),
            delivered: Delay::LongTail { median: 1_500, p99: 30_000 },
            read: Delay::LongTail { median: 120_000, p99: 14_400_000 },
            played: Delay::LongTail { median: 20_000, p99: 600_000 },
            failed: Delay::Between(500, 3_000),
            offline: Delay::Between(1_800_000, 21_600_000),
            review: Delay::Between(5_000, 60_000),
            offline_percent: 3,
            unread_percent: 25,
            skip_delivered_percent: 5,
        }
    }
}

/// How webhooks leave the emulator.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// Milliseconds before each attempt, the first one included (0). After the last the delivery is given up.
    pub schedule_ms: Vec<i64>,
    /// Real milliseconds that a receiver may take to answer 200.
    pub timeout_ms: u64,
    /// How many customers' webhooks may be under way at a time; each customer's own are sent in order.
    pub lanes: usize,
    /// Writes `/` as `\/` and non-ASCII as `\uXXXX`, as Meta does, so that receivers which serialise again before
    /// they verify are found out.
    pub escape: bool,
    /// Deliveries kept for `GET /_control/webhooks`.
    pub log_limit: usize,
    /// How many changes may come in one delivery. One each unless told otherwise.
    pub batch: Batch,
    /// Which webhooks follow the callbacks of numbers and WABAs.
    pub override_scope: OverrideScope,
}

/// Several changes in one delivery, as the platform sends them under load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Most changes in a delivery, 1 to 1,000; 1 sends each by itself.
    pub max_changes: usize,
    /// Most bytes in a delivery, up to 3 MB.
    pub max_bytes: usize,
    /// How long the first change waits for others, in virtual milliseconds; 0: only for those that fall
    /// due with it.
    pub within_ms: i64,
}

impl Batch {
    /// Every change by itself.
    pub fn off() -> Self {
        Self { max_changes: 1, ..Self::platform() }
    }

    /// What the platform allows itself: 1,000 changes, 3 MB; those of a tenth of a second.
    pub fn platform() -> Self {
        Self { max_changes: 1_000, max_bytes: 3_000_000, within_ms: 100 }
    }
}

/// Which webhooks go to the callback of a number or WABA instead of the app's. Meta's pages of 2025 and 2026 differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideScope {
    /// `messages` alone (November 2025).
    Messages,
    /// `messages`, `calls`, `messaging_handovers`, and those of coexistence and groups (2026).
    All,
}

impl Webhooks {
    /// Meta's long ladder: at once, 10 s, 60 s, 5 min, 15 min, 1 h, 3 h, then every 6 h until seven days have passed.
    pub fn patient() -> Self {
        Self {
            schedule_ms: Self::ladder(7 * 24),
            timeout_ms: 10_000,
            lanes: 64,
            escape: true,
            log_limit: 5_000,
            batch: Batch::off(),
            override_scope: OverrideScope::All,
        }
    }

    /// The same ladder given up after 36 hours, as another of Meta's pages has it.
    pub fn until_tomorrow() -> Self {
        Self { schedule_ms: Self::ladder(36), ..Self::patient() }
    }

    /// Waits before each attempt, as long as their sum is within so many hours.
    pub(crate) fn ladder(hours: i64) -> Vec<i64> {
        let steps = [0, 10_000, 60_000, 300_000, 900_000, 3_600_000, 10_800_000];
        let end = hours.saturating_mul(3_600_000);
        let mut passed = 0;
        let waits = steps.into_iter().chain(std::iter::repeat(21_600_000));
        waits
            .take_while(|wait| {
                passed += wait;
                passed <= end
            })
            .collect()
    }

    /// For tests against a server that is restarted: 0.2 s, 0.5 s, 1 s, 2 s, then every 2 s for an hour.
    pub fn quick() -> Self {
        let mut schedule_ms = vec![0, 200, 500, 1_000];
        schedule_ms.resize(1_800, 2_000);
        Self { schedule_ms, ..Self::patient() }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self::patient()
    }
}

/// The published beginning: ids and secrets that quick-starts and tests may rely on. None of them is a real secret.
#[derive(Clone, Debug)]
pub struct SeedWorld {
    /// Meta app.
    pub app_id: String,
    /// Key of the webhook signature and of `appsecret_proof`.
    pub app_secret: String,
    /// System-user token with every scope that never expires.
    pub access_token: String,
    /// What the app's callback is expected to check in the handshake.
    pub verify_token: String,
    /// Business portfolio.
    pub business_id: String,
    /// WhatsApp Business Account.
    pub waba_id: String,
    /// The sending phone number's id.
    pub phone_number_id: String,
    /// As people write it.
    pub display_phone_number: String,
    /// The name customers see.
    pub verified_name: String,
}

impl Default for SeedWorld {
    fn default() -> Self {
        Self {
            app_id: "900000000000001".to_owned(),
            app_secret: "emulator-app-secret".to_owned(),
            access_token: "EMULATOR-TOKEN".to_owned(),
            verify_token: "emulator-verify".to_owned(),
            business_id: "800000000000001".to_owned(),
            waba_id: "700000000000001".to_owned(),
            phone_number_id: "600000000000001".to_owned(),
            display_phone_number: "+1 555-010-0001".to_owned(),
            verified_name: "Lucky Shrub".to_owned(),
        }
    }
}
