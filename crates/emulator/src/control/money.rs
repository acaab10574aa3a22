//! What messages cost so far.

use std::collections::BTreeMap;

use cloud_api::market::Micros;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::world::World;
use crate::world::customer::Chat;

/// Whose money, and of when.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct MoneyQuery {
    /// Only of this WABA.
    pub waba_id: Option<String>,
    /// Only of this number.
    pub phone_number_id: Option<String>,
    /// From this moment on (RFC 3339), to the half hour.
    pub since: Option<String>,
    /// Until before this moment (RFC 3339), to the half hour.
    pub until: Option<String>,
}

impl Control {
    /// `GET /_control/money`: what was delivered and what it cost, in US dollars by the embedded rate cards: in all, and
    /// by category, kind of charge and country.
    ///
    /// # Errors
    /// A moment that isn't RFC 3339.
    pub fn money(&self, query: &MoneyQuery) -> Answer {
        let since = moment("since", query.since.as_deref())?.unwrap_or(i64::MIN);
        let until = moment("until", query.until.as_deref())?.unwrap_or(i64::MAX);
        let fits = |want: &Option<String>, is: &str| want.as_deref().is_none_or(|want| want == is);
        self.shared.with(|world| {
            let mut lines: BTreeMap<(&str, &str, &str), (u64, u64)> = BTreeMap::new();
            for (entry, sum) in world.ledger.between(since, until) {
                if fits(&query.waba_id, &entry.waba_id)
                    && fits(&query.phone_number_id, &entry.phone_number_id)
                {
                    let line = lines.entry((&entry.category, &entry.kind, &entry.country)).or_default();
                    line.0 += sum.volume;
                    line.1 += sum.cost_micros;
                }
            }
            let (volume, micros) = lines.values().fold((0, 0), |all, line| (all.0 + line.0, all.1 + line.1));
            let lines: Vec<Value> = lines
                .into_iter()
                .map(|((category, kind, country), (volume, micros))| {
                    json!({
                        "category": category, "type": kind, "country": country, "volume": volume,
                        "cost_usd": Micros(micros).to_string(),
                    })
                })
                .collect();
            Ok(json!({ "volume": volume, "cost_usd": Micros(micros).to_string(), "lines": lines }))
        })
    }
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<i64>, ControlError> {
    let Some(text) = text else { return Ok(None) };
    let read = text.parse::<jiff::Timestamp>().ok();
    read.map(|at| Some(at.as_millisecond())).ok_or_else(|| ControlError::invalid(field, "is RFC 3339"))
}

/// What the messages of a chat cost that are still kept.
pub(super) fn of_chat(world: &World, chat: &Chat) -> String {
    let priced = chat.messages.iter().filter_map(|id| world.messages.get(id)).filter(|m| m.priced);
    let micros = priced.filter_map(|m| m.price.as_ref()?.micros).sum();
    Micros(micros).to_string()
}
