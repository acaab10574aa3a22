//! From what Meta's answers tell of hourly budgets to ours.

use super::budgets::{Family, Heard, Whose};
use cloud_api::client::Exchange;
use jiff::SignedDuration;

/// The app has used up its hour.
const APP_SPENT: i64 = 4;
/// The account has used up its hour.
const ACCOUNT_SPENT: i64 = 80_007;

/// What an answer tells. A refusal counts for the account and family that were called.
pub(super) fn heard(exchange: &Exchange<'_>, account: &str, family: Family) -> Vec<Heard> {
    if exchange.status.is_none() {
        return Vec::new();
    }
    // What is told below counts instead.
    let called = Whose::Account(account.to_owned(), family);
    let mut heard = vec![Heard::Nothing(Whose::App), Heard::Nothing(called.clone())];
    let usage = exchange.usage;
    if let Some(app) = usage.and_then(|usage| usage.app) {
        heard.push(Heard::Used(Whose::App, app.highest(), None));
    }
    for business in usage.into_iter().flat_map(|usage| &usage.businesses) {
        let Some(family) = self::family(&business.kind) else { continue };
        let regained_in = minutes(business.minutes_to_regain_access);
        let whose = Whose::Account(business.business_id.clone(), family);
        heard.push(Heard::Used(whose, business.budget.highest(), regained_in));
    }
    let graph = exchange.error.and_then(|error| error.graph());
    let wait = graph.and_then(|graph| SignedDuration::try_from(graph.retry_after?).ok());
    match graph.map(|graph| graph.code) {
        Some(APP_SPENT) => heard.push(Heard::Refused(Whose::App, wait)),
        Some(ACCOUNT_SPENT) => heard.push(Heard::Refused(called, wait)),
        _ => {}
    }
    heard
}

/// Meta's word for a family of calls; others don't hold ours back.
fn family(kind: &str) -> Option<Family> {
    match kind {
        "whatsapp_business_management" => Some(Family::Management),
        "whatsapp" => Some(Family::Messaging),
        _ => None,
    }
}

fn minutes(minutes: u32) -> Option<SignedDuration> {
    (minutes > 0).then(|| SignedDuration::from_mins(i64::from(minutes)))
}
