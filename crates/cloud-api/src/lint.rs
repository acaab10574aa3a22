//! What a body holds that this crate's types don't know. The checks find what breaks a limit; a misspelt optional field
//! breaks none, and is silently ignored by Meta or refused with code 100.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// JSON pointers (RFC 6901) to the fields of `body` that are lost when it is read as a `T`, in the order of the body.
/// Fields that are null count as absent.
///
/// ```
/// use cloud_api::lint::unknown_fields;
/// use cloud_api::message::{Outbound, check};
///
/// let body = serde_json::json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "image",
///     "image": {"link": "https://acme.test/a.jpg", "capton": "Our new shop"}});
/// assert_eq!(check(&body), Ok(()));
/// assert_eq!(unknown_fields::<Outbound>(&body)?, ["/image/capton"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// The reason when the body can't be read as a `T` at all; then a check names the place.
pub fn unknown_fields<T: DeserializeOwned + Serialize>(
    body: &Value,
) -> Result<Vec<String>, serde_json::Error> {
    let read: T = serde_json::from_value(body.clone())?;
    let mut lost = Vec::new();
    compare(body, &serde_json::to_value(read)?, "", &mut lost);
    Ok(lost)
}

fn compare(before: &Value, after: &Value, at: &str, lost: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before.iter().filter(|(_, value)| !value.is_null()) {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match after.get(key) {
                    Some(kept) => compare(value, kept, &at, lost),
                    // An empty list or object says as little as an absent one.
                    None if is_empty(value) => {}
                    None => lost.push(at),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (i, value) in before.iter().enumerate() {
                let at = format!("{at}/{i}");
                match after.get(i) {
                    Some(kept) => compare(value, kept, &at, lost),
                    None => lost.push(at),
                }
            }
        }
        (Value::Object(_) | Value::Array(_), _) if !is_empty(before) => lost.push(at.to_owned()),
        // A word or number may be written in another way (upper case, a number as text) and mean the same.
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
