//! Pacing: of a new template, or one that people don't like, the first messages go out and the rest wait until its
//! quality is known.

use serde::{Deserialize, Serialize};

use super::{Score, Status, Step};
use crate::config::{Config, Delay};
use crate::world::World;

/// A template under observation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pacing {
    /// How many messages still go out at once.
    pub left: u32,
    /// From the first held message to the decision.
    pub wait: Delay,
    /// When held messages are released or dropped, Unix ms.
    pub decide_at: Option<i64>,
    pub held: Vec<String>,
}

impl Pacing {
    pub(crate) fn new(first: u32, wait: Delay) -> Self {
        Self { left: first, wait, decide_at: None, held: Vec::new() }
    }
}

impl World {
    /// Begins to pace a template, if that is switched on.
    pub(super) fn pace_anew(&mut self, config: &Config, id: &str) {
        let Some((first, wait)) = config.pacing else { return };
        let Some(template) = self.templates.get_mut(id) else { return };
        if !template.auto_generated {
            template.pacing = Some(Pacing::new(first, wait));
        }
    }

    /// Counts a message of a template; whether it must wait.
    pub(crate) fn must_wait(&mut self, id: &str) -> bool {
        let now = self.now;
        let Some(template) = self.templates.get_mut(id) else { return false };
        template.used_at = Some(now);
        let Some(pacing) = &mut template.pacing else { return false };
        if pacing.left > 0 {
            pacing.left -= 1;
            return false;
        }
        if pacing.decide_at.is_none() {
            let at = now + pacing.wait.sample(&mut self.delays);
            pacing.decide_at = Some(at);
            self.plan_template(at, id, Step::Assess);
        }
        true
    }

    /// Keeps a message back until the template's quality is known.
    pub(crate) fn hold(&mut self, id: &str, wamid: &str) {
        if let Some(pacing) = self.templates.get_mut(id).and_then(|t| t.pacing.as_mut()) {
            pacing.held.push(wamid.to_owned());
        }
    }

    /// Enough is known: held messages go out, unless the quality is low.
    pub(super) fn assess(&mut self, config: &Config, id: &str) {
        let now = self.now;
        let Some(template) = self.templates.get(id) else { return };
        let due = template.pacing.as_ref().and_then(|p| p.decide_at).is_some_and(|at| at <= now);
        match (due, template.quality.score) {
            (false, _) => {}
            (true, Score::Red) => self.drop_paced(config, id),
            (true, _) => self.release_held_messages(config, id),
        }
    }

    /// Lets held messages go and ends the pacing.
    pub(crate) fn release_held_messages(&mut self, config: &Config, id: &str) {
        let pacing = self.templates.get_mut(id).and_then(|t| t.pacing.take());
        for wamid in pacing.map(|pacing| pacing.held).unwrap_or_default() {
            self.let_go(config, &wamid);
        }
    }

    /// Drops held messages and pauses the template.
    pub(crate) fn drop_paced(&mut self, config: &Config, id: &str) {
        self.drop_held(config, id);
        if self.templates.get(id).is_some_and(|t| t.status == Status::Approved) {
            self.pause_for_quality(config, id, true);
        }
    }

    /// Held messages fail with 132015; whether there were any.
    pub(super) fn drop_held(&mut self, config: &Config, id: &str) -> bool {
        let pacing = self.templates.get_mut(id).and_then(|t| t.pacing.take());
        let held = pacing.map(|pacing| pacing.held).unwrap_or_default();
        for wamid in &held {
            self.plan_failure(config, wamid, 132_015, None);
        }
        !held.is_empty()
    }
}
