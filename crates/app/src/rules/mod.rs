//! Auto-reply rules, as people keep them.

use crate::{App, Caller, Error, Result, outbound};
use model::{
    id::{OrganizationId, RuleId},
    page::{Page, PageRequest},
    rule::{Matching, Rule},
};
use serde_json::Value;
use store::{Lane, rules};

pub use store::rules::Stored as StoredRule;

/// A rule to be made.
#[derive(Debug, Clone)]
pub struct RuleDraft {
    /// 1 to 100 characters.
    pub name: String,
    /// Whether it runs.
    pub enabled: bool,
    /// 1 to 50 keywords of up to 100 characters.
    pub keywords: Vec<String>,
    /// How keywords are looked for.
    pub matching: Matching,
    /// What to answer: Cloud-API-shaped, without address.
    pub reply: Value,
}

/// What changes about a rule; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct RulePatch {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// 1 to 50 keywords of up to 100 characters.
    pub keywords: Option<Vec<String>>,
    /// How keywords are looked for.
    pub matching: Option<Matching>,
    /// What to answer.
    pub reply: Option<Value>,
}

impl App {
    /// Rules, oldest first, which is also the order in which they are asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn rules(&self, org: OrganizationId, page: PageRequest) -> Result<Page<StoredRule>> {
        self.read(move |r| Ok(rules::list(r, org, &page)?)).await
    }

    /// One rule.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn rule(&self, org: OrganizationId, id: RuleId) -> Result<StoredRule> {
        self.read(move |r| rules::get(r, org, id)?.ok_or(Error::NotFound)).await
    }

    /// Makes a rule; for administrators.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field that is wrong, in the reply by its JSON pointer.
    pub async fn create_rule(&self, caller: &Caller, draft: RuleDraft) -> Result<StoredRule> {
        caller.require_admin()?;
        let (org, now) = (caller.organization, self.now());
        let rule = checked(Rule {
            id: RuleId(self.inner.ids.next()),
            name: draft.name.trim().to_owned(),
            enabled: draft.enabled,
            keywords: draft.keywords,
            matching: draft.matching,
            reply: draft.reply,
        })?;
        let made = StoredRule { rule: rule.clone(), created_at: now };
        self.write(Lane::Any, move |w| Ok(rules::insert(w, org, &rule, now)?)).await?;
        Ok(made)
    }

    /// Changes a rule; for administrators.
    ///
    /// # Errors
    /// As [`App::create_rule`], and [`Error::NotFound`].
    pub async fn update_rule(&self, caller: &Caller, id: RuleId, patch: RulePatch) -> Result<StoredRule> {
        caller.require_admin()?;
        let org = caller.organization;
        let changed = self.write(Lane::id(id.0), move |w| {
            let stored = rules::get(w, org, id)?.ok_or(Error::NotFound)?;
            let (old, new) = (stored.rule, patch.clone());
            let rule = checked(Rule {
                id,
                name: new.name.map_or(old.name, |name| name.trim().to_owned()),
                enabled: new.enabled.unwrap_or(old.enabled),
                keywords: new.keywords.unwrap_or(old.keywords),
                matching: new.matching.unwrap_or(old.matching),
                reply: new.reply.unwrap_or(old.reply),
            })?;
            rules::update(w, org, &rule)?;
            Ok(StoredRule { rule, created_at: stored.created_at })
        });
        changed.await
    }

    /// Takes a rule away; for administrators.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_rule(&self, caller: &Caller, id: RuleId) -> Result<()> {
        caller.require_admin()?;
        let org = caller.organization;
        let gone = self.write(Lane::id(id.0), move |w| Ok(rules::delete(w, org, id)?));
        if gone.await? { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// A rule that can be kept: its own limits, and Meta's for its reply.
fn checked(rule: Rule) -> Result<Rule> {
    if let Some(problem) = rule.problem() {
        return Err(Error::invalid(problem.field, problem.message));
    }
    outbound::translate::check_reply(&rule.reply).map_err(|error| match error {
        Error::Invalid { field, message, limit } => {
            Error::Invalid { field: format!("/reply{field}"), message, limit }
        }
        other => other,
    })?;
    Ok(rule)
}
