//! Looking at the Graph requests that were made.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::requests::Record;

/// Which Graph requests to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RequestQuery {
    /// `GET`, `POST` or `DELETE`.
    pub method: Option<String>,
    /// Part of the path.
    pub path: Option<String>,
    /// What faults call it: `send`, `read`, `media`, `download`, `templates`, `subscriptions`, `phone`, `oauth`, `other`.
    pub kind: Option<String>,
    /// An HTTP status (`400`), a class of them (`4xx`), `ok`, or `failed` (400 and more, or cut).
    pub status: Option<String>,
    /// Meta's error code.
    pub code: Option<i64>,
    /// Only about this customer.
    pub wa_id: Option<String>,
    /// Only those that made this message, or name it.
    pub wamid: Option<String>,
    /// Only with tokens of this app.
    pub app_id: Option<String>,
    /// Part of the path, the body or the answer; case does not matter.
    pub text: Option<String>,
    /// At most so many (100 when left out), the newest first.
    pub limit: Option<usize>,
    /// Only those older than this id.
    pub before: Option<u64>,
}

impl RequestQuery {
    fn fits(&self, record: &Record) -> bool {
        let same = |want: &Option<String>, is: Option<&str>| want.as_deref().is_none_or(|w| Some(w) == is);
        self.status.as_deref().is_none_or(|want| status_fits(want, record.status))
            && self.before.is_none_or(|before| record.id < before)
            && self.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(&record.method))
            && self.path.as_deref().is_none_or(|part| record.path.contains(part))
            && same(&self.kind, Some(record.kind))
            && self.code.is_none_or(|code| record.code == Some(code))
            && same(&self.wa_id, record.wa_id.as_deref())
            && same(&self.app_id, record.app_id.as_deref())
            && self.wamid.as_ref().is_none_or(|wamid| record.wamids.contains(wamid))
            && self.text.as_deref().is_none_or(|text| holds(record, text))
    }
}

fn status_fits(want: &str, status: Option<u16>) -> bool {
    let ok = status.is_some_and(|status| status < 400);
    match want {
        "ok" => ok,
        "failed" => !ok,
        _ => {
            let status = status.map(|s| s.to_string()).unwrap_or_default();
            want.strip_suffix("xx").map_or(status == want, |class| status.starts_with(class))
        }
    }
}

fn holds(record: &Record, text: &str) -> bool {
    let text = text.to_lowercase();
    [&record.path, &record.request, &record.response].iter().any(|part| part.to_lowercase().contains(&text))
}

impl Control {
    /// `GET /_control/requests`: the Graph requests of late with their answers, the newest first. Tokens are not in it.
    pub fn requests(&self, query: &RequestQuery) -> Value {
        let public_url = &self.shared.config.public_url;
        self.shared.with(|world| {
            let newest = world.requests.iter().rev().filter(|record| query.fits(record));
            let list: Vec<Value> =
                newest.take(query.limit.unwrap_or(100)).map(|record| record.to_json(public_url)).collect();
            json!({ "data": list })
        })
    }

    /// `GET /_control/requests/{id}`.
    ///
    /// # Errors
    /// No such request, or it is no longer kept.
    pub fn request(&self, id: u64) -> Answer {
        let public_url = &self.shared.config.public_url;
        let unknown = || ControlError::not_found("request", &id.to_string());
        self.shared.with(|world| world.requests.get(id).map(|r| r.to_json(public_url)).ok_or_else(unknown))
    }
}
