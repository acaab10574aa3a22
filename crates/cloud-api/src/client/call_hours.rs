//! When calls are taken. Meta: Calling API > Settings > Call hours.

use std::collections::BTreeMap;

use super::node::formed;
use super::settings::Switch;
use crate::judge::{Findings, Node, text};
use crate::shape::is_date;
use crate::violation::Rule;
use crate::webhook::wire::object;

/// Windows on one day.
pub const WINDOWS_PER_DAY: usize = 2;
/// Holidays in all.
pub const HOLIDAYS_MAX: usize = 20;
const DAYS: &[&str] = &["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

object! {
    /// When calls are taken; set as a whole.
    pub struct CallHours {
        /// Whether hours apply. While they don't, calls are taken at any time.
        status: Switch = "status",
        /// E.g. `America/Manaus`.
        timezone_id: String = "timezone_id",
        /// At most two windows a day, which don't overlap.
        weekly_operating_hours: Vec<OperatingHours> = "weekly_operating_hours",
        /// At most 20. Left out, all holidays are deleted.
        holiday_schedule: Vec<Holiday> = "holiday_schedule",
    }
}

object! {
    /// A window in which calls are taken.
    pub struct OperatingHours {
        /// `MONDAY` to `SUNDAY`.
        day_of_week: String = "day_of_week",
        /// `HHMM`, e.g. `0400`.
        open_time: String = "open_time",
        /// `HHMM`, after `open_time`.
        close_time: String = "close_time",
    }
}

object! {
    /// A day with hours of its own.
    pub struct Holiday {
        /// `YYYY-MM-DD`.
        date: String = "date",
        /// `HHMM`: from when on no calls are taken.
        start_time: String = "start_time",
        /// `HHMM`: until when.
        end_time: String = "end_time",
    }
}

/// Judges the hours of a request.
pub(super) fn judge(hours: &Node<'_>, findings: &mut Findings) {
    let on = findings.one_of(hours, "status", &["ENABLED", "DISABLED"]) == Some("ENABLED");
    if on {
        findings.needs_text(hours, "timezone_id", text("Time zone", 1, 64));
        if hours.get("weekly_operating_hours").is_none() {
            findings.required(hours.at("weekly_operating_hours"));
        }
    }
    let most = DAYS.len() * WINDOWS_PER_DAY;
    let name = "weekly_operating_hours";
    let windows = findings.may_have_list(hours, name, name, [usize::from(on), most]).unwrap_or_default();
    let mut week: BTreeMap<&str, Vec<[u16; 2]>> = BTreeMap::new();
    for window in &windows {
        let day = findings.one_of(window, "day_of_week", DAYS);
        let times = span(window, ["open_time", "close_time"], findings);
        let (Some(day), Some(times)) = (day, times) else { continue };
        let known = week.entry(day).or_default();
        if known.iter().any(|[from, to]| times[0] < *to && *from < times[1]) {
            findings.add(window.pointer.clone(), Rule::Conflict, format!("Windows of {day} overlap."));
        }
        known.push(times);
        if known.len() > WINDOWS_PER_DAY {
            let message = format!("{day} has more than {WINDOWS_PER_DAY} windows.");
            let bounds = [WINDOWS_PER_DAY, known.len()];
            findings.add_limit(window.pointer.clone(), Rule::Count, bounds, message);
        }
    }
    judge_holidays(hours, findings);
}

fn judge_holidays(hours: &Node<'_>, findings: &mut Findings) {
    let name = "holiday_schedule";
    let holidays = findings.may_have_list(hours, name, name, [0, HOLIDAYS_MAX]).unwrap_or_default();
    for holiday in &holidays {
        if holiday.get("date").is_none() {
            findings.required(holiday.at("date"));
        }
        formed(findings, holiday, "date", "YYYY-MM-DD", is_date);
        span(holiday, ["start_time", "end_time"], findings);
    }
}

/// Two times, the second after the first, in minutes since midnight.
fn span(node: &Node<'_>, keys: [&str; 2], findings: &mut Findings) -> Option<[u16; 2]> {
    let mut times = [None; 2];
    for (time, key) in times.iter_mut().zip(keys) {
        let given = findings.needs_text(node, key, text("Time", 0, usize::MAX));
        *time = given.and_then(minutes);
        if given.is_some() && time.is_none() {
            findings.add(node.at(key), Rule::Format, format!("{key} must be a time of day, HHMM."));
        }
    }
    let [from, to] = [times[0]?, times[1]?];
    if from >= to {
        let message = format!("{} must be after {}.", keys[1], keys[0]);
        findings.add(node.at(keys[1]), Rule::Order, message);
        return None;
    }
    Some([from, to])
}

fn minutes(text: &str) -> Option<u16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u16 = text.parse().ok().filter(|_| digits)?;
    (number / 100 < 24 && number % 100 < 60).then_some(number / 100 * 60 + number % 100)
}
