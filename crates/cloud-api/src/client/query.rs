//! Query parameters of Graph, and checks of arguments that aren't objects.

use serde_json::Value;

use super::{Call, Listing};
use crate::violation::{Rule, Violation};

/// Pairs of the query, in the order they were added.
pub(super) type Query = Vec<(&'static str, String)>;

/// Adds a parameter if it was given.
pub(super) fn give(query: &mut Query, key: &'static str, value: Option<impl ToString>) {
    query.extend(value.map(|value| (key, value.to_string())));
}

/// Adds a JSON array of texts unless it is empty.
pub(super) fn give_list(query: &mut Query, key: &'static str, items: &[impl AsRef<str>]) {
    if !items.is_empty() {
        query.push((key, json_list(items)));
    }
}

/// `fields=a,b`, or nothing for the fields Graph gives by itself.
pub(super) fn fields(fields: &[&str]) -> Query {
    if fields.is_empty() { Query::new() } else { vec![("fields", fields.join(","))] }
}

/// `["a","b"]`
pub(super) fn json_list(items: &[impl AsRef<str>]) -> String {
    items.iter().map(|item| Value::from(item.as_ref())).collect::<Value>().to_string()
}

/// A call with these parameters.
pub(super) fn asking<'c>(call: Call<'c>, query: &Query) -> Call<'c> {
    query.iter().fold(call, |call, (key, value)| call.query(key, value))
}

/// A list with these parameters.
pub(super) fn filtered<T: serde::de::DeserializeOwned>(listing: Listing<T>, query: Query) -> Listing<T> {
    query.into_iter().fold(listing, |listing, (key, value)| listing.with(key, value))
}

/// Refuses a list of arguments with too few or too many elements.
pub(super) fn count(name: &str, given: usize, [min, max]: [usize; 2]) -> Result<(), Vec<Violation>> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let limit = if given > max { max } else { min };
    Err(vec![Violation {
        pointer: format!("/{name}"),
        rule: Rule::Count,
        limit: u64::try_from(limit).ok(),
        given: u64::try_from(given).ok(),
        message: format!("Invalid {name} count. Min allowed {name}: {min}, Max allowed {name}: {max}"),
    }])
}
