//! Webhooks as Meta's machines bring them: signed, again until they are taken, some twice, some in the wrong order, and
//! among them some that somebody else signed.

use crate::{
    cluster::Api,
    dice::Dice,
    platform::{Person, unix_ms},
};
use serde_json::json;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

const SECRET: &str = "emulator-app-secret";

/// What is brought. Of twenty, four are duplicates, two change places, and one is forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fresh,
    Duplicate,
    /// The next two of a person, the later one first: counts as two.
    Swapped,
    Forged,
}

const BLOCK: [(Kind, usize); 4] =
    [(Kind::Fresh, 13), (Kind::Duplicate, 4), (Kind::Swapped, 1), (Kind::Forged, 1)];

/// What was brought and taken.
#[derive(Debug, Default)]
pub struct Counts {
    pub offered: AtomicU64,
    pub duplicates: AtomicU64,
    pub reordered: AtomicU64,
    pub forged: AtomicU64,
    /// Answered with 200, duplicates among them.
    pub acknowledged: AtomicU64,
    /// Not answered with 200, and brought again.
    pub again: AtomicU64,
}

/// What came of the bringing.
#[derive(Debug, Default)]
pub struct Brought {
    /// Per person, the numbers of their messages in the order in which they were brought for the first time.
    pub orders: Vec<Vec<u32>>,
    /// Forgeries that were answered with 200.
    pub forged_taken: Vec<String>,
    /// Genuine ones that were refused for good.
    pub refused: Vec<String>,
}

pub struct Offerer {
    api: Api,
    people: Vec<Person>,
    pub counts: Counts,
    trouble: Mutex<Brought>,
}

/// One thing to bring, in a person's lane.
enum Offer {
    Fresh(u32),
    Duplicate,
    Forged(u64),
}

impl Offerer {
    pub fn new(api: Api, people: Vec<Person>) -> Arc<Self> {
        Arc::new(Self { api, people, counts: Counts::default(), trouble: Mutex::default() })
    }

    /// Offers `rate` a second until `load` is over, and brings all of it however long that takes.
    pub async fn run(self: Arc<Self>, rate: u32, load: Duration, seed: u64) -> Brought {
        let mut lanes = Vec::new();
        let mut workers = JoinSet::new();
        for person in 0..self.people.len() {
            let (lane, offers) = mpsc::unbounded_channel();
            lanes.push(lane);
            let offerer = Arc::clone(&self);
            workers.spawn(async move { (person, offerer.lane(person, offers).await) });
        }
        self.schedule(&lanes, rate, load, seed).await;
        drop(lanes);
        let mut orders = vec![Vec::new(); self.people.len()];
        while let Some(done) = workers.join_next().await {
            let (person, order) = done.unwrap();
            orders[person] = order;
        }
        Brought { orders, ..std::mem::take(&mut *self.trouble.lock().unwrap()) }
    }

    async fn schedule(&self, lanes: &[mpsc::UnboundedSender<Offer>], rate: u32, load: Duration, seed: u64) {
        let mut dice = Dice::new(seed, "inbound");
        let mut next = vec![0_u32; self.people.len()];
        let (mut block, mut forgeries) = (Vec::new(), 0);
        let began = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while began.elapsed() < load {
            ticks.tick().await;
            let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as u64;
            while self.counts.offered.load(Ordering::Relaxed) < due {
                if block.is_empty() {
                    block = BLOCK.iter().flat_map(|(kind, many)| vec![*kind; *many]).collect();
                    dice.shuffle(&mut block);
                }
                let person = dice.below(lanes.len());
                let give = |offer| lanes[person].send(offer).unwrap();
                let mut many = 1;
                match take(&mut block, next[person] > 0) {
                    Kind::Fresh => {
                        give(Offer::Fresh(next[person]));
                        next[person] += 1;
                    }
                    Kind::Duplicate => {
                        give(Offer::Duplicate);
                        self.counts.duplicates.fetch_add(1, Ordering::Relaxed);
                    }
                    Kind::Swapped => {
                        give(Offer::Fresh(next[person] + 1));
                        give(Offer::Fresh(next[person]));
                        next[person] += 2;
                        many = 2;
                        self.counts.reordered.fetch_add(2, Ordering::Relaxed);
                    }
                    Kind::Forged => {
                        give(Offer::Forged(forgeries));
                        forgeries += 1;
                        self.counts.forged.fetch_add(1, Ordering::Relaxed);
                    }
                }
                self.counts.offered.fetch_add(many, Ordering::Relaxed);
            }
        }
    }

    /// One person's: each is brought until it is taken before the next one is, so that their order is known.
    async fn lane(&self, person: usize, mut offers: mpsc::UnboundedReceiver<Offer>) -> Vec<u32> {
        let mut order: Vec<u32> = Vec::new();
        while let Some(offer) = offers.recv().await {
            match offer {
                Offer::Fresh(number) => {
                    self.bring(person, number).await;
                    order.push(number);
                }
                Offer::Duplicate => {
                    let last = *order.last().expect("offered only after a first message");
                    self.bring(person, last).await;
                }
                Offer::Forged(number) => self.forge(person, number).await,
            }
        }
        order
    }

    async fn bring(&self, person: usize, number: u32) {
        let body = self.body(person, &format!("in {person}.{number}"));
        let mut wait = Duration::from_millis(50);
        loop {
            let signature = cloud_api::signature::sign(SECRET, body.as_bytes());
            match self.api.webhook(body.clone(), Some(signature)).await {
                Some(200) => {
                    self.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                // Not reachable, or not able to keep it: again. All else says that it will never be taken.
                None | Some(500..) => {}
                Some(status) => {
                    let refused = format!("in {person}.{number}: {status}");
                    return self.trouble.lock().unwrap().refused.push(refused);
                }
            }
            self.counts.again.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_millis(800));
        }
    }

    /// Somebody else's: another secret, a body that was changed after it was signed, or no signature at all.
    async fn forge(&self, person: usize, number: u64) {
        let text = format!("forged {number}");
        let body = self.body(person, &text);
        let signature = match number % 3 {
            0 => Some(cloud_api::signature::sign("another secret", body.as_bytes())),
            1 => Some(cloud_api::signature::sign(SECRET, body.replace("forged", "signed").as_bytes())),
            _ => None,
        };
        loop {
            match self.api.webhook(body.clone(), signature.clone()).await {
                Some(401) => return,
                Some(200) => return self.trouble.lock().unwrap().forged_taken.push(text),
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    fn body(&self, person: usize, text: &str) -> String {
        let Person { wa_id, user_id, number } = &self.people[person];
        let id = format!("wamid.{}", text.replace(' ', "."));
        let message = json!({"from": wa_id, "from_user_id": user_id, "id": id, "type": "text",
            "timestamp": (unix_ms() / 1_000).to_string(), "text": {"body": text}});
        json!({"object": "whatsapp_business_account", "entry": [{"id": "700000000000001", "changes": [{
            "field": "messages", "value": {"messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "15550100001", "phone_number_id": number},
                "contacts": [{"profile": {"name": format!("Customer {person}")}, "wa_id": wa_id, "user_id": user_id}],
                "messages": [message]}}]}]})
        .to_string()
    }
}

/// The next kind of the block. Who has brought nothing yet can't repeat it: then a fresh one of the block comes first.
fn take(block: &mut Vec<Kind>, anything_to_repeat: bool) -> Kind {
    let kind = block.pop().unwrap_or(Kind::Fresh);
    if kind != Kind::Duplicate || anything_to_repeat {
        return kind;
    }
    match block.iter().position(|kind| *kind == Kind::Fresh) {
        Some(place) => block[place] = Kind::Duplicate,
        None => block.insert(0, Kind::Duplicate),
    }
    Kind::Fresh
}

#[test]
fn a_block_has_the_shares_that_are_promised() {
    let slots =
        |wanted| BLOCK.iter().filter(|(kind, _)| *kind == wanted).map(|(_, many)| many).sum::<usize>();
    let all = slots(Kind::Fresh) + slots(Kind::Duplicate) + 2 * slots(Kind::Swapped) + slots(Kind::Forged);
    assert_eq!((all, slots(Kind::Duplicate), 2 * slots(Kind::Swapped), slots(Kind::Forged)), (20, 4, 2, 1));
}
