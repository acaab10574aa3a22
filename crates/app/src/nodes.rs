//! Which processes are at work.

use crate::{App, Result, Roles, roles::rest};
use jiff::SignedDuration;
use model::{Timestamp, node::Node};
use std::time::Duration;
use store::{Lane, jobs, nodes};
use tokio::sync::watch;

/// How often a node says that it is at work.
const BEAT: Duration = Duration::from_secs(3);
/// Not heard of for so long, a node is taken for dead: others take on its jobs, and it is forgotten.
const DEAD: SignedDuration = SignedDuration::from_secs(15);

impl App {
    /// The nodes at work, this one too once its roles have started. One that was killed is listed for a quarter of a
    /// minute after its last word; [`Node::seen_at`] tells.
    ///
    /// # Errors
    /// The database's.
    pub async fn nodes(&self) -> Result<Vec<Node>> {
        self.read(|r| Ok(nodes::list(r)?)).await
    }
}

/// Says every few seconds that this node is at work, and that it no longer is at the end.
pub(crate) async fn beat(app: App, roles: Roles, mut stopped: watch::Receiver<bool>) {
    let id = app.inner.node;
    let started_at = app.now();
    while !*stopped.borrow() {
        let node = Node {
            id,
            roles: roles.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
            seen_at: app.now(),
        };
        if let Err(error) = say(&app, node).await {
            rest("nodes", &error).await;
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = stopped.changed() => {}
        }
    }
    let removed: Result<()> = app.write(Lane::Any, move |w| Ok(nodes::remove(w, id)?)).await;
    if let Err(error) = removed {
        tracing::warn!(%error, "this node stays listed for a while");
    }
}

async fn say(app: &App, node: Node) -> Result<()> {
    let (id, before) = (node.id, dead_before(node.seen_at));
    let written: Result<()> = app.write(Lane::Any, move |w| Ok(nodes::beat(w, &node)?)).await;
    written?;
    let others = app.nodes().await?.iter().any(|node| node.id != id && node.seen_at >= before);
    app.inner.wake.set_company(others);
    Ok(())
}

/// Takes dead nodes off the list, and their jobs from them.
pub(crate) async fn bury(app: &App) -> Result<()> {
    let (now, us) = (app.now(), app.inner.node);
    let before = dead_before(now);
    let nodes = app.nodes().await?;
    // Who was not heard of itself can't tell who is dead.
    let heard_of = nodes.iter().any(|node| node.id == us && node.seen_at >= before);
    if !heard_of || nodes.iter().all(|node| node.seen_at >= before) {
        return Ok(());
    }
    let released = app.write(Lane::Any, move |w| {
        let released = jobs::release_dead(w, before)?;
        nodes::prune(w, before)?;
        Ok(released)
    });
    let released = released.await?;
    tracing::warn!(jobs = released, "a node ended without a word; others take on its jobs");
    app.inner.wake.all();
    Ok(())
}

fn dead_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(DEAD).unwrap_or(Timestamp::MIN)
}
