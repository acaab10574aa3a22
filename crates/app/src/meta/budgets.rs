//! What is known of Meta's hourly budgets: each app's, and each app's with an account, by the family of calls.

use jiff::SignedDuration;
use model::{Timestamp, budget::Budget, id::MetaAppId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What Meta counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// Numbers, accounts and templates, read and changed.
    Management,
    /// Messages and what belongs to them: files, read marks.
    Messaging,
}

/// Whose budget.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// The app's over everything.
    App,
    /// The app's with an account (WABA), for a family of calls.
    Account(String, Family),
}

/// What an answer told of one budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// So many per cent are used; with how long calls are refused, if they are.
    Used(Whose, u32, Option<SignedDuration>),
    /// A call was answered, and nothing was told.
    Nothing(Whose),
    /// A call was refused because it is used up.
    Refused(Whose, Option<SignedDuration>),
}

/// All budgets that this process has met. Those of apps and accounts that are gone stay, a hundred bytes each.
#[derive(Default)]
pub(super) struct Budgets {
    kept: Mutex<HashMap<(MetaAppId, Whose), Budget>>,
}

impl Budgets {
    /// Whether so many calls may be made now, and notes them if so.
    pub(super) fn take(
        &self,
        app: MetaAppId,
        account: &str,
        family: Family,
        calls: u32,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let both = [Whose::App, Whose::Account(account.to_owned(), family)].map(|whose| (app, whose));
        for key in &both {
            kept.entry(key.clone()).or_default().ask(calls, now)?;
        }
        for key in both {
            kept.entry(key).or_default().go(calls, now);
        }
        Ok(())
    }

    /// Notes what an answer told.
    pub(super) fn told(&self, app: MetaAppId, heard: Vec<Heard>, now: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for heard in heard {
            match heard {
                Heard::Used(whose, used, regained_in) => {
                    kept.entry((app, whose)).or_default().told(used, regained_in, now);
                }
                Heard::Nothing(whose) => kept.entry((app, whose)).or_default().answered(now),
                Heard::Refused(whose, regained_in) => {
                    kept.entry((app, whose)).or_default().refused(regained_in, now);
                }
            }
        }
    }
}
