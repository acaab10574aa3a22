//! The sender: sees which numbers have something to send, and runs a lane for each (house walk "outbound").

use super::{lane::Lane, outcome};
use crate::{App, Result};
use futures_util::future::join_all;
use model::{Timestamp, id::PhoneNumberId, phone_number::PhoneNumber};
use std::{collections::HashMap, sync::Arc};
use store::{outbound, phone_numbers};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

/// How often messages whose time is over are looked for.
const EXPIRY: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);
/// How many of them are ended in one go.
const EXPIRED: usize = 500;

/// The sending lanes of this node.
pub(crate) struct Sender {
    app: App,
    lanes: HashMap<PhoneNumberId, Arc<Notify>>,
    tasks: JoinSet<PhoneNumberId>,
    stop: watch::Sender<bool>,
    looked_for_expired: Option<Timestamp>,
}

impl Sender {
    pub(crate) fn new(app: App) -> Self {
        let stop = watch::Sender::new(false);
        Self { app, lanes: HashMap::new(), tasks: JoinSet::new(), stop, looked_for_expired: None }
    }

    /// Tells every lane that has something to do.
    pub(crate) async fn work(&mut self) -> Result<()> {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(number) => drop(self.lanes.remove(&number)),
                // Which one it was is not told; lanes that are needed are begun again.
                Err(error) => {
                    tracing::error!(%error, "a sending lane broke off");
                    self.lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
                }
            }
        }
        self.expire().await?;
        let numbers = self.app.read(|r| Ok(phone_numbers::with_outbound(r)?)).await?;
        for number in numbers {
            self.lane(&number).notify_one();
        }
        Ok(())
    }

    fn lane(&mut self, number: &PhoneNumber) -> &Arc<Notify> {
        self.lanes.entry(number.id).or_insert_with(|| {
            let work = Arc::new(Notify::new());
            let lane = Lane::new(self.app.clone(), number);
            self.tasks.spawn(lane.run(Arc::clone(&work), self.stop.subscribe()));
            work
        })
    }

    async fn expire(&mut self) -> Result<()> {
        let now = self.app.now();
        if self.looked_for_expired.is_some_and(|at| now.duration_since(at).abs() < EXPIRY) {
            return Ok(());
        }
        let expired = self.app.read(move |r| Ok(outbound::expired(r, now, EXPIRED)?)).await?;
        self.looked_for_expired = Some(now);
        let ended = expired.iter().map(|outgoing| outcome::expired(&self.app, outgoing));
        join_all(ended).await.into_iter().collect()
    }

    /// Waits for the calls that are under way; nothing new starts.
    pub(crate) async fn drain(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
