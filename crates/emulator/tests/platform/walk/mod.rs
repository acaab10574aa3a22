//! A long random walk over the control API and the Graph API of two businesses, beside a small model that knows only
//! the rules: whatever happens, nothing breaks, nothing leaks, and the same seed gives the same webhooks.

mod acts;
mod calls;
mod judge;
mod odd;
mod tenants;

use std::collections::BTreeMap;

use axum::Router;
use emulator::{Clock, Config, Control, Emulator, GraphPath, WebhookQuery};
use serde_json::{Value, json};

use crate::desk::{APP, HOUR, SEPTEMBER, encoded};
use judge::Accepted;
use tenants::{People, Tenant, Throws};

const STEPS: usize = 10_000;
const DAY: i64 = 24 * HOUR;

struct Walk {
    seed: u64,
    control: Control,
    router: Router,
    clock: Clock,
    throws: Throws,
    tenants: [Tenant; 2],
    people: People,
    /// Every path that Graph answers.
    table: Vec<GraphPath>,
    /// How a business knows a person, by both.
    user_ids: BTreeMap<(usize, usize), String>,
    /// When somebody's service window was opened last (in whole seconds), by business and person.
    windows: BTreeMap<(usize, usize), i64>,
    accepted: BTreeMap<String, Accepted>,
    inbound: Vec<(usize, String)>,
    calls: Vec<(usize, String)>,
    invites: Vec<String>,
    /// The answers to open questions in force.
    open: Value,
    /// Whether a failed message may have arrived all the same.
    failed_may_arrive: bool,
    /// Whether a message may have been accepted without anybody being told.
    answers_get_lost: bool,
    seen: u64,
    webhooks: Vec<String>,
}

fn config(seed: u64, clock: Clock) -> Config {
    let mut config = Config::new(clock);
    config.seed = seed;
    config.webhooks.log_limit = 1_000_000;
    config.link_media = emulator::LinkMedia::Trust;
    config
}

impl Walk {
    fn new(seed: u64) -> Self {
        let clock = Clock::manual(SEPTEMBER);
        // Nobody sends the webhooks: their bodies are read from the log.
        let emulator = Emulator::new(config(seed, clock.clone()));
        let control = emulator.control();
        let mut walk = Self {
            seed,
            open: control.open_questions(),
            router: emulator.router(),
            control,
            clock,
            throws: Throws(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            tenants: tenants::tenants(),
            people: People::of_the_walk(),
            table: emulator::graph_paths(),
            user_ids: BTreeMap::new(),
            windows: BTreeMap::new(),
            accepted: BTreeMap::new(),
            inbound: Vec::new(),
            calls: Vec::new(),
            invites: Vec::new(),
            failed_may_arrive: false,
            answers_get_lost: false,
            seen: 0,
            webhooks: Vec::new(),
        };
        walk.settle_in();
        walk
    }

    /// The second business, and callbacks for both.
    fn settle_in(&mut self) {
        let set = |path: &str, body: Value| drop(self.control.perform("PUT", path, &body).unwrap());
        set("/businesses", json!({ "id": "800000000000002", "name": "Another Shop" }));
        set("/apps", json!({ "id": "900000000000002", "name": "Another Shop", "secret": "s3cret" }));
        set(
            "/wabas",
            json!({ "id": "700000000000002", "business_id": "800000000000002", "name": "Another Shop",
            "subscribed_apps": ["900000000000002"] }),
        );
        set(
            "/phone-numbers",
            json!({ "id": "600000000000002", "waba_id": "700000000000002",
            "display_phone_number": "+1 555-010-0002", "verified_name": "Another Shop" }),
        );
        set(
            "/tokens",
            json!({ "token": "ANOTHER", "app_id": "900000000000002", "wabas": ["700000000000002"],
            "businesses": ["800000000000002"] }),
        );
        for app in [APP, "900000000000002"] {
            set("/webhook", json!({ "url": "http://127.0.0.1:9/hook", "app_id": app, "fields": FIELDS }));
        }
    }

    async fn step(&mut self) {
        match self.throws.below(100) {
            0..=16 => self.customer_writes(),
            17..=40 => self.business_sends().await,
            41..=48 => self.business_acts().await,
            49..=68 => self.any_call().await,
            69 => self.uploads().await,
            70..=77 => self.platform_acts(),
            78..=85 => self.customer_acts(),
            86..=88 => self.odd_control(),
            89 => self.faults(),
            90 => self.repair(),
            _ => self.time_passes(),
        }
        self.read_webhooks();
    }

    /// Everything that was sent since the last look, oldest first.
    fn read_webhooks(&mut self) {
        let (mut fresh, mut before) = (Vec::new(), None);
        loop {
            let query = WebhookQuery { limit: Some(8), before, ..WebhookQuery::default() };
            let page = self.control.webhooks(&query)["data"].as_array().unwrap().clone();
            let more = page.len() == 8;
            let new: Vec<Value> =
                page.into_iter().filter(|webhook| webhook["id"].as_u64().unwrap() > self.seen).collect();
            let all_new = new.len() == 8;
            before = new.last().and_then(|webhook| webhook["id"].as_u64());
            fresh.extend(new);
            if !more || !all_new {
                break;
            }
        }
        fresh.reverse();
        for webhook in fresh {
            self.seen = webhook["id"].as_u64().unwrap();
            self.check(&webhook);
            self.webhooks.push(webhook["body"].as_str().unwrap().to_owned());
        }
    }
}

/// All that an app can subscribe to.
const FIELDS: [&str; 24] = [
    "messages",
    "standby",
    "messaging_handovers",
    "calls",
    "flows",
    "history",
    "smb_app_state_sync",
    "smb_message_echoes",
    "user_preferences",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "account_update",
    "account_alerts",
    "business_capability_update",
    "security",
    "business_username_update",
];

/// Walks; the world goes through JSON into another emulator after so many steps each time.
async fn walk(seed: u64, steps: usize, moves_every: usize) -> Walk {
    let mut walk = Walk::new(seed);
    for step in 0..steps {
        if step % 1_000 == 0 {
            println!("walk with seed {seed}, step {step}");
        }
        if step % moves_every == moves_every - 1 {
            walk.round_trip().await;
        }
        walk.step().await;
    }
    walk.repair();
    walk.control.advance(2 * DAY);
    walk.read_webhooks();
    walk
}

/// `WALK_SEED` repeats a walk that failed, or takes another one.
fn seed() -> u64 {
    std::env::var("WALK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7)
}

#[tokio::test]
async fn b40_ten_thousand_random_steps_break_nothing_and_leak_nothing() {
    let walked = walk(seed(), STEPS, STEPS / 4).await;
    let (sent, told) = (walked.accepted.len(), walked.webhooks.len());
    assert!(sent > 500 && told > 2_000, "{sent} sends and {told} webhooks are too few to say much");
    let open: Vec<&String> =
        walked.accepted.iter().filter(|(_, message)| !message.settled).map(|(wamid, _)| wamid).collect();
    assert!(open.is_empty(), "every message that was accepted is sent or fails: {open:?}");
}

#[tokio::test]
async fn b40_a_walk_with_the_same_seed_sends_the_same_webhooks_byte_for_byte() {
    let first = walk(seed(), STEPS / 10, usize::MAX).await;
    let second = walk(seed(), STEPS / 10, usize::MAX).await;
    same(&first, &second);
}

#[tokio::test]
async fn b40_a_walk_goes_on_as_before_when_the_world_has_been_exported_and_imported() {
    let stayed = walk(seed(), STEPS / 10, usize::MAX).await;
    let moved = walk(seed(), STEPS / 10, STEPS / 50).await;
    same(&stayed, &moved);
}

fn same(first: &Walk, second: &Walk) {
    for (first, second) in first.webhooks.iter().zip(&second.webhooks) {
        assert_eq!(first, second);
    }
    assert_eq!(first.webhooks.len(), second.webhooks.len());
}
