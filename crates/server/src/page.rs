//! Query parameters, above all of lists: keyset pages of up to 200 rows.

use crate::problem::{Problem, Result};
use model::page::PageRequest;
use std::{borrow::Cow, fmt::Display, str::FromStr};

/// Reads `limit` of a list and the cursor in parameter `name`, which looks like a `C`: nothing but what a page before
/// gave as `next`.
pub(crate) fn request<C: FromStr>(
    limit: Option<&str>,
    name: &'static str,
    cursor: Option<String>,
) -> Result<PageRequest> {
    let bad = || {
        Problem::invalid("limit", format!("limit is a number from 1 to {}", PageRequest::MAX))
            .with_limit(PageRequest::MAX as u64)
    };
    let limit = match limit {
        None | Some("") => None,
        Some(text) => {
            let limit: usize = text.parse().map_err(|_| bad())?;
            if limit == 0 || limit > PageRequest::MAX {
                return Err(bad());
            }
            Some(limit)
        }
    };
    let cursor = filled(cursor);
    if cursor.as_ref().is_some_and(|cursor| cursor.parse::<C>().is_err()) {
        return Err(Problem::invalid(name, format!("{name} is `next` of the page before, as it was")));
    }
    Ok(PageRequest::new(limit, cursor))
}

/// The cursor of a list that is ordered by time: microseconds and a UUID, `1793523600000000.0199…`.
pub(crate) struct TimeAndId;

impl FromStr for TimeAndId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        at.parse::<i64>().map_err(drop)?;
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_id { Ok(Self) } else { Err(()) }
    }
}

/// Reads an id, or anything else that parses, out of parameter `name`; empty is absent.
pub(crate) fn parsed<T: FromStr<Err: Display>>(name: &'static str, text: Option<&str>) -> Result<Option<T>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => {
            text.parse().map(Some).map_err(|error: T::Err| Problem::invalid(name, error.to_string()))
        }
    }
}

/// Reads one word of a closed set out of parameter `name`; empty is absent.
pub(crate) fn word<T>(
    name: &'static str,
    text: Option<&str>,
    read: fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => read(text).map(Some).ok_or_else(|| {
            Problem::invalid(name, format!("{name} has no such value; see the API reference"))
        }),
    }
}

/// What to search for. A number that is written `+34 600 …` is looked for by its digits, as it is kept.
pub(crate) fn search(q: Option<String>) -> Option<String> {
    let q = q?;
    let q = q.trim();
    if let Some(rest) = q.strip_prefix('+')
        && rest.chars().all(|c| c.is_ascii_digit() || " -().".contains(c))
    {
        return filled(Some(rest.chars().filter(char::is_ascii_digit).collect()));
    }
    filled(Some(q.to_owned()))
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A JSON pointer or plain name out of a serde path: `email`, `/reply/text/body`, `/keywords/2`.
pub(crate) fn field_name(path: &serde_path_to_error::Path, message: &str) -> Cow<'static, str> {
    use serde_path_to_error::Segment;
    let mut names: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { variant } => Some(variant.clone()),
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Unknown => None,
        })
        .collect();
    // A missing or surplus field is told by the object that lacks or has it; its name stands in the message.
    if message.starts_with("missing field") || message.starts_with("unknown field") {
        let name = message.split('`').nth(1).unwrap_or_default();
        if names.last().is_none_or(|last| last != name) {
            names.push(name.to_owned());
        }
    }
    match names.as_slice() {
        [] => "body".into(),
        [one] => one.clone().into(),
        many => format!("/{}", many.join("/")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::MessageId;

    #[test]
    fn a_page_has_1_to_200_rows() {
        let request = |limit, after| request::<MessageId>(limit, "after", after);
        assert_eq!(request(None, None).unwrap().limit, 50);
        assert_eq!(request(Some("200"), None).unwrap().limit, 200);
        for wrong in ["0", "201", "-1", "ten"] {
            assert!(request(Some(wrong), None).is_err(), "{wrong}");
        }
        assert!(request(None, Some("con_0199c0ffee0070008000000000000001".into())).is_err());
        assert!("1793523600000000.0199c0ffee0070008000000000000001".parse::<TimeAndId>().is_ok());
        assert!("1793523600000000.zz".parse::<TimeAndId>().is_err());
    }

    #[test]
    fn a_written_number_is_searched_by_its_digits() {
        assert_eq!(search(Some("+34 600-11".into())).as_deref(), Some("3460011"));
        assert_eq!(search(Some(" Ana +1 ".into())).as_deref(), Some("Ana +1"));
        assert_eq!(search(Some(" ".into())), None);
    }
}
