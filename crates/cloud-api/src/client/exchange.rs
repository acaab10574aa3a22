//! What an answer tells besides its body: how much of the hourly budget is used, and the ids Meta's support asks for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::Error;

/// One request and what became of it. Holds no body, no query and no token.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The client's method, e.g. `send_message`.
    pub operation: &'static str,
    /// The node called: a phone number id, an account, a template. Empty for addresses that are secrets themselves.
    pub id: &'a str,
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Meta's id of the request (`x-fb-request-id`).
    pub request_id: Option<&'a str>,
    /// How much of the budgets is used, if the answer said.
    pub usage: Option<&'a Usage>,
    /// Why the request failed. An answer that arrived whole but isn't understood is no failure yet.
    pub error: Option<&'a Error>,
}

/// A function that sees every [`Exchange`], repeats included, before the caller does. It runs on the caller's task, so it
/// must be quick; counting, or noting the usage of a business, is what it is for.
#[derive(Clone)]
pub struct Observer(Arc<Watch>);

type Watch = dyn Fn(&Exchange<'_>) + Send + Sync;

impl Observer {
    /// An observer from a function.
    pub fn new(watch: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watch))
    }

    pub(super) fn tell(&self, exchange: &Exchange<'_>) {
        (self.0)(exchange);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}

/// Share of the hourly budgets that is used. Meta: Graph API > Rate limits > Headers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// The app's own budget (`X-App-Usage`).
    pub app: Option<Budget>,
    /// Budgets of accounts and businesses (`X-Business-Use-Case-Usage`).
    pub businesses: Vec<BusinessUsage>,
}

/// Three budgets in percent; calls are refused once one of them passes 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Of the calls allowed.
    pub calls: u32,
    /// Of the processing time allowed.
    pub time: u32,
    /// Of the processor time allowed.
    pub cpu_time: u32,
}

/// The budget of one account or business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessUsage {
    /// Id of the account (WABA) or of the business portfolio.
    pub business_id: String,
    /// Which family of calls: `whatsapp`, `whatsapp_business_management`, or one to come.
    pub kind: String,
    /// What is used.
    pub budget: Budget,
    /// Minutes until calls are taken again; 0 while they are taken.
    pub minutes_to_regain_access: u32,
}

impl Budget {
    /// The highest of the three, in percent.
    pub fn highest(self) -> u32 {
        self.calls.max(self.time).max(self.cpu_time)
    }

    fn read(json: &Value) -> Self {
        let percent = |key| json.get(key).map(whole).unwrap_or_default();
        Self { calls: percent("call_count"), time: percent("total_time"), cpu_time: percent("total_cputime") }
    }
}

impl Usage {
    /// The fullest of all budgets, in percent.
    pub fn highest(&self) -> u32 {
        let businesses = self.businesses.iter().map(|business| business.budget.highest());
        businesses.chain(self.app.map(Budget::highest)).max().unwrap_or_default()
    }

    /// How long until calls are taken again, when one of the budgets is spent.
    pub fn regained_in(&self) -> Option<Duration> {
        let minutes = self.businesses.iter().map(|business| business.minutes_to_regain_access).max()?;
        (minutes > 0).then(|| Duration::from_secs(u64::from(minutes) * 60))
    }

    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let json = |name| -> Option<Value> { serde_json::from_slice(headers.get(name)?.as_bytes()).ok() };
        let app = json("x-app-usage").filter(Value::is_object).map(|usage| Budget::read(&usage));
        let businesses = json("x-business-use-case-usage");
        let businesses: Vec<BusinessUsage> = businesses.as_ref().map(read_businesses).unwrap_or_default();
        (app.is_some() || !businesses.is_empty()).then_some(Self { app, businesses })
    }
}

fn read_businesses(json: &Value) -> Vec<BusinessUsage> {
    let mut businesses = Vec::new();
    for (id, budgets) in json.as_object().into_iter().flatten() {
        for budget in budgets.as_array().into_iter().flatten() {
            businesses.push(BusinessUsage {
                business_id: id.clone(),
                kind: budget.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
                budget: Budget::read(budget),
                minutes_to_regain_access: budget
                    .get("estimated_time_to_regain_access")
                    .map(whole)
                    .unwrap_or_default(),
            });
        }
    }
    businesses
}

/// A percentage or a number of minutes, rounded up; nonsense counts as nothing used.
fn whole(json: &Value) -> u32 {
    let number = json.as_f64().or_else(|| json.as_str()?.parse().ok()).unwrap_or_default();
    // A cast of a float saturates, and makes nothing of what isn't a number.
    number.ceil() as u32
}

/// Meta's id of a request.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, "x-fb-request-id")
}

/// Meta's trace of a request; older answers carry `x-fb-debug` alone.
pub(super) fn trace_id(headers: &HeaderMap) -> Option<String> {
    text(headers, "x-fb-trace-id").or_else(|| text(headers, "x-fb-debug"))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
