//! Roles: what a node does besides answering requests. All are on by default.

use crate::{
    App, Error, Result,
    care::Tidy,
    inbound::Inbound,
    jobs, nodes,
    outbound::Sender,
    publisher,
    wake::{self, News},
};
use jiff::SignedDuration;
use model::Timestamp;
use std::{fmt, time::Duration};
use store::{
    Lane,
    leases::{self, Lease},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{Interval, MissedTickBehavior},
};

/// Which roles a node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Answers requests. Read by the server; nothing runs here for it.
    pub http: bool,
    /// Handles webhook deliveries.
    pub inbound: bool,
    /// Sends messages.
    pub sender: bool,
    /// Does jobs.
    pub jobs: bool,
    /// Clears away what is out of date.
    pub scheduler: bool,
    /// Publishes events to NATS, where an address of it is given.
    pub publisher: bool,
}

impl Default for Roles {
    fn default() -> Self {
        Self { http: true, inbound: true, sender: true, jobs: true, scheduler: true, publisher: true }
    }
}

impl fmt::Display for Roles {
    /// The words that `--roles` takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.http, "http"),
            (self.inbound, "inbound"),
            (self.sender, "sender"),
            (self.jobs, "jobs"),
            (self.scheduler, "scheduler"),
            (self.publisher, "publisher"),
        ];
        let has: Vec<&str> = all.into_iter().filter(|(has, _)| *has).map(|(_, word)| word).collect();
        f.write_str(&has.join(","))
    }
}

/// A node's roles at work. Dropping it ends them at once; [`Running::stop`] lets them finish what they began.
#[derive(Debug)]
pub struct Running {
    app: App,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// What ties the node to the others, and ends last.
    ties: JoinSet<()>,
    untie: watch::Sender<bool>,
    handed_over: bool,
}

impl Running {
    /// Ends the roles and gives what they hold to other nodes: nothing new is begun, calls under way are waited for
    /// (up to [`crate::Config::drain`], then they are cut off), leases are given back, and the others are told. May be
    /// dropped half-way and called again.
    pub async fn hand_over(&mut self) {
        if self.handed_over {
            return;
        }
        self.stop.send_replace(true);
        let drain = self.app.inner.config.drain;
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(drain, ended).await.is_err() {
            tracing::warn!("what is under way is cut off; other nodes settle it");
            self.tasks.abort_all();
            while self.tasks.join_next().await.is_some() {}
        }
        let node = self.app.inner.node;
        let released = self.app.write(Lane::Any, move |w| {
            leases::release_all(w, node)?;
            Ok(store::jobs::release_of(w, node)?)
        });
        if let Err(error) = released.await {
            tracing::warn!(%error, "leases could not be given back; they run out in a few seconds");
        }
        self.app.inner.wake.tell(News::ALL);
        self.handed_over = true;
    }

    /// Ends everything: hands over, tells the other nodes, and takes this one off the list.
    pub async fn stop(mut self) {
        self.hand_over().await;
        self.untie.send_replace(true);
        let ended = async { while self.ties.join_next().await.is_some() {} };
        if tokio::time::timeout(UNTIE, ended).await.is_err() {
            tracing::warn!(
                "the other nodes could not be told that this one ends; they find out by themselves"
            );
        }
    }
}

/// How long telling the other nodes may take at the end.
const UNTIE: Duration = Duration::from_secs(3);
/// A lease of a whole role runs out after this long without renewal.
const LEASE: SignedDuration = SignedDuration::from_secs(5);
/// How often it is renewed.
const RENEW: SignedDuration = SignedDuration::from_secs(1);
/// How often the scheduler looks.
const TIDY: SignedDuration = SignedDuration::from_mins(10);

impl App {
    /// Starts the roles.
    pub fn start(&self, roles: Roles) -> Running {
        let (stop, stopped) = watch::channel(false);
        let (untie, untied) = watch::channel(false);
        let (mut tasks, mut ties) = (JoinSet::new(), JoinSet::new());
        ties.spawn(wake::carry(self.clone(), untied.clone()));
        ties.spawn(nodes::beat(self.clone(), roles, untied));
        if roles.inbound {
            tasks.spawn(inbound_role(self.clone(), stopped.clone()));
        }
        if roles.sender {
            tasks.spawn(sender_role(self.clone(), stopped.clone()));
        }
        if roles.jobs {
            tasks.spawn(jobs_role(self.clone(), stopped.clone()));
        }
        if roles.scheduler {
            tasks.spawn(scheduler_role(self.clone(), stopped.clone()));
        }
        if roles.publisher {
            tasks.spawn(publisher::publish(self.clone(), stopped));
        }
        Running { app: self.clone(), stop, tasks, ties, untie, handed_over: false }
    }
}

/// Waits for a wake-up or the next look; `false` when it is time to stop.
async fn pause(wake: &Notify, poll: Duration, stopped: &mut watch::Receiver<bool>) -> bool {
    if *stopped.borrow() {
        return false;
    }
    tokio::select! {
        () = wake.notified() => {}
        () = tokio::time::sleep(poll) => {}
        _ = stopped.changed() => {}
    }
    !*stopped.borrow()
}

/// The least time between two looks for work. Each look costs the same few questions and a commit, so what comes one by
/// one under load is taken together; who comes after a quiet moment doesn't wait.
const BREATH: Duration = Duration::from_millis(5);

/// What a role waits for before it looks.
pub(crate) fn breath() -> Interval {
    let mut breath = tokio::time::interval(BREATH);
    breath.set_missed_tick_behavior(MissedTickBehavior::Delay);
    breath
}

/// After a failure a role rests, so that a full disk or a lost database fills no log.
pub(crate) async fn rest(role: &str, error: &Error) {
    tracing::error!(role, %error, "role rests after a failure");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// Whether this node holds something that one node has at a time.
pub(crate) struct Hold {
    name: String,
    renewed: Option<Renewed>,
}

struct Renewed {
    at: Timestamp,
    ours: bool,
    /// What had been given back by then, see `Wake::freed`.
    freed: u64,
}

impl Hold {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), renewed: None }
    }

    pub(crate) async fn ours(&mut self, app: &App) -> Result<bool> {
        let (now, freed) = (app.now(), app.inner.wake.freed());
        if let Some(known) = &self.renewed
            && now.duration_since(known.at).abs() < RENEW
            && (known.ours || known.freed == freed)
        {
            return Ok(known.ours);
        }
        let (name, node) = (self.name.clone(), app.inner.node);
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let lease = app.write(Lane::Any, move |w| Ok(leases::hold(w, &name, node, now, until)?)).await?;
        let ours = lease != Lease::Elsewhere;
        self.renewed = Some(Renewed { at: now, ours, freed });
        Ok(ours)
    }
}

async fn inbound_role(app: App, mut stopped: watch::Receiver<bool>) {
    let mut inbound = Inbound::new(app.clone());
    let mut breath = breath();
    loop {
        breath.tick().await;
        match inbound.work().await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => rest("inbound", &error).await,
        }
        if !pause(&app.inner.wake.inbound, app.inner.config.poll, &mut stopped).await {
            return;
        }
    }
}

async fn sender_role(app: App, mut stopped: watch::Receiver<bool>) {
    let mut sender = Sender::new(app.clone());
    let mut breath = breath();
    loop {
        breath.tick().await;
        if let Err(error) = sender.work().await {
            rest("sender", &error).await;
        }
        if !pause(&app.inner.wake.outbound, app.inner.config.poll, &mut stopped).await {
            return sender.drain().await;
        }
    }
}

async fn jobs_role(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        match jobs::work(&app).await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => rest("jobs", &error).await,
        }
        if !pause(&app.inner.wake.jobs, app.inner.config.poll, &mut stopped).await {
            return;
        }
    }
}

async fn scheduler_role(app: App, mut stopped: watch::Receiver<bool>) {
    let never = Notify::new();
    let mut hold = Hold::new("scheduler");
    let mut looked: Option<Timestamp> = None;
    loop {
        let due = looked.is_none_or(|at| app.now().duration_since(at).abs() >= TIDY);
        match schedule(&app, &mut hold, due, &stopped).await {
            Ok(()) if due => looked = Some(app.now()),
            Ok(()) => {}
            Err(error) => rest("scheduler", &error).await,
        }
        if !pause(&never, Duration::from_secs(1), &mut stopped).await {
            return;
        }
    }
}

async fn schedule(app: &App, hold: &mut Hold, due: bool, stopped: &watch::Receiver<bool>) -> Result<()> {
    if !hold.ours(app).await? {
        return Ok(());
    }
    nodes::bury(app).await?;
    if !due {
        return Ok(());
    }
    app.read_numbers_again().await?;
    let mut tidy = Tidy::begin(app).await?;
    while !*stopped.borrow() && hold.ours(app).await? && tidy.step(app).await? {}
    Ok(())
}
