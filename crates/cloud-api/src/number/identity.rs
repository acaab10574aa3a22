//! One person, several spellings. Three countries changed how mobile numbers are written, and WhatsApp knows many
//! people by the spelling of the day they joined. Observed in production; Meta documents only that `wa_id` may differ
//! from `input` (Meta: Cloud API > Reference > Messages).
//!
//! | country | spellings of one person |
//! |---|---|
//! | Brazil | `55 DD 9XXXXXXXX` and, without the ninth digit, `55 DD XXXXXXXX` |
//! | Mexico | `52 XXXXXXXXXX` and, until 2019, `52 1 XXXXXXXXXX` |
//! | Argentina | `54 9 XXXXXXXXXX`, `54 XXXXXXXXXX`, and as dialled at home `54 AREA 15 LOCAL` |

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// The one spelling that stands for a person, whichever spelling was given: with the ninth digit in Brazil, without
/// the 1 in Mexico, with the 9 in Argentina. Digits, no `+`.
///
/// A key for look-ups and comparisons, not an address: send to the `wa_id` Meta answered with, or to what the person
/// gave. Landlines of Brazil have no ninth digit and are left alone; those of Argentina get the 9 too, since mobiles
/// and landlines can't be told apart there and share one range.
///
/// Takes a `wa_id`, with or without `+`. What isn't all digits (a business-scoped user id) comes back as it is.
pub fn canonical(wa_id: &str) -> String {
    let digits = plain(wa_id);
    with_ninth_digit(digits)
        .or_else(|| without_mexican_one(digits))
        .or_else(|| with_argentine_nine(digits))
        .unwrap_or_else(|| digits.to_owned())
}

/// Every spelling under which Meta may name this person, the [`canonical`] one first. One element outside Brazil,
/// Mexico and Argentina, at most four there; always contains the one given (without its `+`).
///
/// For look-ups: `WHERE wa_id IN (…)`. Where rows carry their canonical spelling, comparing that is enough.
pub fn identity_candidates(wa_id: &str) -> Vec<String> {
    let first = canonical(wa_id);
    let mut candidates = match first.get(..2) {
        Some("55") => without_ninth_digit(&first).into_iter().collect(),
        Some("52") => with_mexican_one(&first).into_iter().collect(),
        Some("54") => argentine_spellings(&first),
        _ => Vec::new(),
    };
    candidates.insert(0, first);
    let given = plain(wa_id);
    if candidates.iter().all(|candidate| candidate != given) {
        candidates.push(given.to_owned());
    }
    candidates
}

/// Whether two `wa_id`s are spellings of one person's number.
pub fn same_identity(a: &str, b: &str) -> bool {
    canonical(a) == canonical(b)
}

fn plain(wa_id: &str) -> &str {
    match wa_id.strip_prefix('+') {
        Some(digits) if is_digits(digits) => digits,
        _ => wa_id,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rest of a number after `prefix`, if it is `length` digits.
fn after<'a>(digits: &'a str, prefix: &str, length: usize) -> Option<&'a str> {
    digits.strip_prefix(prefix).filter(|rest| rest.len() == length && is_digits(rest))
}

/// Brazilian mobiles had eight digits that began with 6 to 9 before they got the 9; landlines begin with 2 to 5.
fn is_old_brazilian_mobile(local: &str) -> bool {
    local.starts_with(['6', '7', '8', '9'])
}

fn with_ninth_digit(digits: &str) -> Option<String> {
    let (area, local) = after(digits, "55", 10)?.split_at(2);
    (!area.contains('0') && is_old_brazilian_mobile(local)).then(|| format!("55{area}9{local}"))
}

fn without_ninth_digit(digits: &str) -> Option<String> {
    let (area, local) = after(digits, "55", 11)?.split_at(2);
    let old = local.strip_prefix('9').filter(|old| is_old_brazilian_mobile(old))?;
    (!area.contains('0')).then(|| format!("55{area}{old}"))
}

/// No Mexican area code begins with 0 or 1.
fn is_mexican(national: &&str) -> bool {
    !national.starts_with(['0', '1'])
}

pub(super) fn without_mexican_one(digits: &str) -> Option<String> {
    after(digits, "521", 10).filter(is_mexican).map(|national| format!("52{national}"))
}

fn with_mexican_one(digits: &str) -> Option<String> {
    after(digits, "52", 10).filter(is_mexican).map(|national| format!("521{national}"))
}

/// Argentine area codes begin with 1, 2 or 3.
fn is_argentine(national: &&str) -> bool {
    national.starts_with(['1', '2', '3'])
}

fn with_argentine_nine(digits: &str) -> Option<String> {
    if let Some(national) = after(digits, "54", 10).filter(is_argentine) {
        return Some(format!("549{national}"));
    }
    // 15 stands after an area code of two to four digits; the metadata knows which.
    let dialled = after(digits, "54", 12).filter(is_argentine)?;
    let parsed = PHONE_NUMBER_UTIL.parse(format!("+54{dialled}"), None::<Region>).ok()?;
    let e164 = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164);
    let national = after(e164.trim_start_matches('+'), "549", 10).filter(is_argentine)?;
    Some(format!("549{national}"))
}

fn argentine_spellings(canonical: &str) -> Vec<String> {
    let Some(national) = after(canonical, "549", 10).filter(is_argentine) else { return Vec::new() };
    let mut spellings = vec![format!("54{national}")];
    if let Some(dialled) = dialled_in_argentina(canonical) {
        spellings.push(dialled);
    }
    spellings
}

/// The spelling with 15, which the metadata only has as a format: `011 15-2345-6789`.
fn dialled_in_argentina(canonical: &str) -> Option<String> {
    let parsed = PHONE_NUMBER_UTIL.parse(format!("+{canonical}"), None::<Region>).ok()?;
    let shown = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::National);
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let dialled = format!("54{}", digits.strip_prefix('0')?);
    // Ranges the metadata doesn't know are shown without area code; then there is no such spelling.
    (dialled.len() == 14 && with_argentine_nine(&dialled)? == canonical).then_some(dialled)
}
