//! Programs that have messages sent: replies where the window is open, templates to people who never wrote, each with a
//! key of its own, repeated until it is taken.

use crate::{cluster::Api, dice::Dice, platform::Person};
use serde_json::{Value, json};
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

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enqueued {
    /// Its text, which is its key as well.
    pub text: String,
    /// Our id of it.
    pub id: String,
    /// To whom.
    pub wa_id: String,
}

/// Of so many sends one opens a conversation with somebody new.
const STRANGERS: usize = 10;
/// Of so many replies one is a template.
const TEMPLATES: usize = 5;

pub struct Callers {
    api: Api,
    people: Vec<Person>,
    pub offered: AtomicU64,
    /// Not answered with 202, and asked again.
    pub again: AtomicU64,
    /// In each person's order.
    enqueued: Mutex<Vec<Enqueued>>,
    refused: Mutex<Vec<String>>,
    watch: mpsc::UnboundedSender<String>,
}

struct Ask {
    text: String,
    to: String,
    number: String,
    template: bool,
}

impl Callers {
    /// Ids of some of the messages are told to `watch`.
    pub fn new(api: Api, people: Vec<Person>, watch: mpsc::UnboundedSender<String>) -> Arc<Self> {
        let (enqueued, refused) = (Mutex::default(), Mutex::default());
        Arc::new(Self {
            api,
            people,
            offered: AtomicU64::new(0),
            again: AtomicU64::new(0),
            enqueued,
            refused,
            watch,
        })
    }

    /// Asks for `rate` a second until `load` is over, and for all of them until they are taken. Gives what was taken, in
    /// each person's order, and what was refused.
    pub async fn run(self: Arc<Self>, rate: u32, load: Duration, seed: u64) -> (Vec<Enqueued>, Vec<String>) {
        let mut lanes = Vec::new();
        let mut workers = JoinSet::new();
        for _ in 0..=self.people.len() {
            let (lane, asked) = mpsc::unbounded_channel();
            lanes.push(lane);
            workers.spawn(Arc::clone(&self).lane(asked));
        }
        self.schedule(&lanes, rate, load, seed).await;
        drop(lanes);
        while let Some(done) = workers.join_next().await {
            done.unwrap();
        }
        (
            std::mem::take(&mut *self.enqueued.lock().unwrap()),
            std::mem::take(&mut *self.refused.lock().unwrap()),
        )
    }

    async fn schedule(&self, lanes: &[mpsc::UnboundedSender<Ask>], rate: u32, load: Duration, seed: u64) {
        let mut dice = Dice::new(seed, "outbound");
        let mut turn: Vec<usize> = (0..self.people.len()).collect();
        dice.shuffle(&mut turn);
        let began = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut next = 0;
        while began.elapsed() < load {
            ticks.tick().await;
            let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as usize;
            while next < due {
                let person = turn[next % turn.len()];
                let known = &self.people[person];
                let stranger = dice.below(STRANGERS) == 0;
                let (lane, to) = match stranger {
                    true => (self.people.len(), format!("3461{next:07}")),
                    false => (person, known.wa_id.clone()),
                };
                let template = stranger || dice.below(TEMPLATES) == 0;
                let ask = Ask { text: format!("out {next}"), to, number: known.number.clone(), template };
                lanes[lane].send(ask).unwrap();
                next += 1;
                self.offered.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// One person's, one after the other, so that their order is known. Strangers have a lane together and get one each.
    async fn lane(self: Arc<Self>, mut asked: mpsc::UnboundedReceiver<Ask>) {
        while let Some(ask) = asked.recv().await {
            self.enqueue(&ask).await;
        }
    }

    async fn enqueue(&self, ask: &Ask) {
        let mut body = content(ask);
        body["from"] = json!(ask.number);
        body["to"] = json!(format!("+{}", ask.to));
        loop {
            match self.api.send(&ask.text, &body).await {
                Some((202, answer)) => {
                    let id = answer["id"].as_str().unwrap().to_owned();
                    // One in four, by its number, so that they are the same ones with the same seed.
                    if ask.text.ends_with(['0', '4', '8']) {
                        drop(self.watch.send(id.clone()));
                    }
                    let enqueued = Enqueued { text: ask.text.clone(), id, wa_id: ask.to.clone() };
                    return self.enqueued.lock().unwrap().push(enqueued);
                }
                None | Some((500.., _)) => {}
                Some((status, answer)) => {
                    return self.refused.lock().unwrap().push(format!("{}: {status} {answer}", ask.text));
                }
            }
            self.again.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn content(ask: &Ask) -> Value {
    if !ask.template {
        return json!({"type": "text", "text": {"body": ask.text}});
    }
    let parameters = json!([{"type": "text", "text": "Ana"}, {"type": "text", "text": ask.text}]);
    json!({"type": "template", "template": {"name": "order_update", "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": parameters}]}})
}
