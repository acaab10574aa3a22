//! What a WABA sent, and what it cost: fields of its node with arguments (`pricing_analytics.start(…).end(…)…`), and the
//! numbers of its groups.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::GraphError;
use super::fields::Field;
use super::{Answer, Call, page};
use crate::phone;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::calls::Caller;
use crate::world::ledger::{Entry, HALF_HOUR};
use crate::world::message::{Direction, Message};

/// Members of a WABA that are questions.
pub(super) const FIELDS: [&str; 4] =
    ["analytics", "conversation_analytics", "pricing_analytics", "call_analytics"];

/// How far back numbers are kept: a year, for groups 90 days.
const YEAR_DAYS: i64 = 366;
const GROUP_DAYS: i64 = 90;

/// Answers one of [`FIELDS`]. Without any argument there is nothing to answer.
pub(super) fn field(world: &World, waba_id: &str, asked: &Field) -> Answer {
    if asked.args.is_empty() {
        return Ok(Value::Null);
    }
    match asked.name.as_str() {
        "analytics" => messages(world, waba_id, asked),
        "pricing_analytics" => pricing(world, waba_id, asked),
        "call_analytics" => calls(world, waba_id, asked),
        _ => conversations(world, asked),
    }
}

/// From when to when, and how long each data point is.
struct Span {
    start: i64,
    end: i64,
    grain: Grain,
}

#[derive(Clone, Copy, PartialEq)]
enum Grain {
    HalfHour,
    Day,
    Month,
}

impl Span {
    fn of(world: &World, asked: &Field, words: [&str; 3]) -> Result<Self, GraphError> {
        let second = |name: &str| {
            let text = asked.arg(name).ok_or_else(|| GraphError::required(name))?;
            let seconds = text.trim_matches('"').parse::<i64>().ok().filter(|s| (0..=1 << 40).contains(s));
            seconds.ok_or_else(|| GraphError::parameter(format!("Param {name} must be a UNIX timestamp")))
        };
        let (start, end) = (second("start")? * 1_000, second("end")? * 1_000);
        let given = asked.arg("granularity").ok_or_else(|| GraphError::required("granularity"))?;
        let grains = [Grain::HalfHour, Grain::Day, Grain::Month];
        let found = words.iter().zip(grains).find(|(word, _)| **word == given.trim_matches('"'));
        let grain = found.map(|(_, grain)| grain).ok_or_else(|| {
            GraphError::parameter(format!("Param granularity must be one of {{{}}}", words.join(", ")))
        })?;
        check_span(world, start, end, YEAR_DAYS)?;
        Ok(Self { start, end, grain })
    }

    fn holds(&self, at: i64) -> bool {
        (self.start..self.end).contains(&at)
    }

    /// First and last second of the data point that a moment is in.
    fn point(&self, at: i64) -> (i64, i64) {
        let length = match self.grain {
            Grain::HalfHour => HALF_HOUR,
            Grain::Day => DAY,
            Grain::Month => return month(at),
        };
        let start = at.div_euclid(length) * length;
        (start / 1_000, (start + length) / 1_000)
    }
}

fn check_span(world: &World, start: i64, end: i64, days: i64) -> Result<(), GraphError> {
    if start >= end {
        return Err(GraphError::parameter("Param start must be before end"));
    }
    if world.now - start > days * DAY {
        return Err(GraphError::parameter(format!("Param start must be within the last {days} days")));
    }
    Ok(())
}

fn month(at: i64) -> (i64, i64) {
    let date = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    let start = date.first_of_month().and_then(|first| first.start_of_day()).unwrap_or(date);
    let next = start.checked_add(jiff::Span::new().months(1)).unwrap_or_else(|_| start.clone());
    (start.timestamp().as_second(), next.timestamp().as_second())
}

/// Whether a filter lets something through; an empty one lets all.
fn passes(filter: &[String], what: &str) -> bool {
    filter.is_empty() || filter.iter().any(|wanted| wanted.trim_start_matches('+').eq_ignore_ascii_case(what))
}

/// As analytics write what webhooks have in small letters.
fn word(text: &str) -> String {
    text.to_ascii_uppercase().replace('-', "_")
}

/// `analytics`: messages sent and delivered. Inbound ones only when they are asked for.
fn messages(world: &World, waba_id: &str, asked: &Field) -> Answer {
    let span = Span::of(world, asked, ["HALF_HOUR", "DAY", "MONTH"])?;
    let (numbers, countries) = (asked.list("phone_numbers"), asked.list("country_codes"));
    let types = asked.list("product_types");
    let mut points: BTreeMap<(i64, i64), (u64, u64)> = BTreeMap::new();
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for message in world.messages.values() {
        let Some(number) = world.numbers.get(&message.phone_number_id).filter(|n| n.waba_id == waba_id)
        else {
            continue;
        };
        let country = phone::country(&message.wa_id);
        let wanted = passes(&numbers, &number.wa_id) && passes(&countries, country);
        if !wanted || message.marks.from_app || !of_type(message, &types) {
            continue;
        }
        let sent = message.at.sent.filter(|at| span.holds(*at));
        let arrived = message.at.delivered.or(message.at.read).filter(|at| span.holds(*at));
        if let Some(at) = sent {
            points.entry(span.point(at)).or_default().0 += 1;
            from.push(number.wa_id.as_str());
            to.push(country);
        }
        if let Some(at) = arrived {
            points.entry(span.point(at)).or_default().1 += 1;
        }
    }
    if points.is_empty() {
        return Ok(Value::Null);
    }
    for list in [&mut from, &mut to] {
        list.sort_unstable();
        list.dedup();
    }
    let points: Vec<Value> = points
        .into_iter()
        .map(|((start, end), (sent, delivered))| {
            json!({ "start": start, "end": end, "sent": sent, "delivered": delivered })
        })
        .collect();
    Ok(json!({
        "phone_numbers": from, "country_codes": to,
        "granularity": asked.arg("granularity"), "data_points": points,
    }))
}

/// 0 templates, 2 other messages, 100 inbound; 101 to 103 the same in groups.
fn of_type(message: &Message, wanted: &[String]) -> bool {
    let inbound = message.direction == Direction::Inbound;
    let kind = match (message.group.is_some(), inbound, message.kind == "template") {
        (false, true, _) => "100",
        (false, false, true) => "0",
        (false, false, false) => "2",
        (true, false, true) => "101",
        (true, false, false) => "102",
        (true, true, _) => "103",
    };
    if wanted.is_empty() { !inbound } else { wanted.iter().any(|word| word == kind) }
}

/// `conversation_analytics`, of the time when a conversation was charged: there is none of it any more.
fn conversations(world: &World, asked: &Field) -> Answer {
    Span::of(world, asked, ["HALF_HOUR", "DAILY", "MONTHLY"])?;
    Ok(json!({ "data": [{ "data_points": [] }] }))
}

/// `pricing_analytics`, from the ledger.
fn pricing(world: &World, waba_id: &str, asked: &Field) -> Answer {
    let span = Span::of(world, asked, ["HALF_HOUR", "DAILY", "MONTHLY"])?;
    let filter = |name: &str| asked.list(name);
    let (numbers, countries) = (filter("phone_numbers"), filter("country_codes"));
    let (types, categories) = (filter("pricing_types"), filter("pricing_categories"));
    let metrics = filter("metric_types");
    known(&metrics, "metric_types", &["COST", "VOLUME"])?;
    let dimensions = filter("dimensions");
    known(&dimensions, "dimensions", &["COUNTRY", "PHONE", "PRICING_CATEGORY", "PRICING_TYPE", "TIER"])?;
    let paid_by_partner = world.paid_by_partner.contains(waba_id);
    if paid_by_partner && metrics.iter().any(|metric| metric == "COST") {
        let details = "Cost is not available for accounts on a partner's credit line";
        return Err(GraphError::parameter("Cost not available").details(details));
    }
    let volume = passes(&metrics, "VOLUME");
    let cost = passes(&metrics, "COST") && !paid_by_partner;
    let mut points: BTreeMap<String, (Map<String, Value>, u64, u64)> = BTreeMap::new();
    for (entry, sum) in world.ledger.between(span.start, span.end).filter(|(e, _)| e.waba_id == waba_id) {
        let number = world.numbers.get(&entry.phone_number_id).map_or("", |number| number.wa_id.as_str());
        let wanted = passes(&numbers, number)
            && passes(&countries, &entry.country)
            && passes(&types, &entry.kind)
            && passes(&categories, &word(&entry.category));
        if wanted {
            let key = pricing_key(&span, entry, number, &dimensions);
            let name = Value::Object(key.clone()).to_string();
            let point = points.entry(name).or_insert((key, 0, 0));
            point.1 += sum.volume;
            point.2 += sum.cost_micros;
        }
    }
    let mut points: Vec<_> = points.into_values().collect();
    points.sort_by_key(|(key, ..)| key["start"].as_i64());
    let points: Vec<Value> = points
        .into_iter()
        .map(|(mut point, count, micros)| {
            if volume {
                point.insert("volume".to_owned(), Value::from(count));
            }
            if cost {
                point.insert("cost".to_owned(), Value::from(micros as f64 / 1_000_000.0));
            }
            Value::Object(point)
        })
        .collect();
    Ok(json!({ "data": [{ "data_points": points }] }))
}

fn pricing_key(span: &Span, entry: &Entry, number: &str, dimensions: &[String]) -> Map<String, Value> {
    let (start, end) = span.point(entry.start);
    let mut key =
        Map::from_iter([("start".to_owned(), Value::from(start)), ("end".to_owned(), Value::from(end))]);
    for dimension in dimensions {
        let (name, value) = match dimension.as_str() {
            "COUNTRY" => ("country", entry.country.clone()),
            "PHONE" => ("phone_number", number.to_owned()),
            "PRICING_CATEGORY" => ("pricing_category", word(&entry.category)),
            "PRICING_TYPE" => ("pricing_type", word(&entry.kind)),
            // The rate cards here have one tier.
            _ if ["utility", "authentication"].contains(&entry.category.as_str()) => {
                ("tier", "0:MAX".to_owned())
            }
            _ => continue,
        };
        key.insert(name.to_owned(), Value::from(value));
    }
    key
}

/// `call_analytics`: how many calls, and how long. Their price is not known.
fn calls(world: &World, waba_id: &str, asked: &Field) -> Answer {
    let span = Span::of(world, asked, ["HALF_HOUR", "DAILY", "MONTHLY"])?;
    let (numbers, countries) = (asked.list("phone_numbers"), asked.list("country_codes"));
    let (directions, metrics) = (asked.list("directions"), asked.list("metric_types"));
    let dimensions: Vec<String> = asked.list("dimensions").iter().map(|d| d.to_ascii_uppercase()).collect();
    known(&metrics, "metric_types", &["COST", "COUNT", "AVERAGE_DURATION"])?;
    known(&dimensions, "dimensions", &["PHONE", "DIRECTION", "COUNTRY"])?;
    let mut points: BTreeMap<(i64, CallKey), CallSum> = BTreeMap::new();
    for call in world.calls.all.values() {
        let number = world.numbers.get(&call.phone_number_id).filter(|number| number.waba_id == waba_id);
        let (Some(number), Some(at)) = (number, call.ended_at.filter(|at| span.holds(*at))) else { continue };
        let direction = if call.by == Caller::User { "USER_INITIATED" } else { "BUSINESS_INITIATED" };
        let country = phone::country(&call.wa_id);
        let wanted =
            passes(&numbers, &number.wa_id) && passes(&countries, country) && passes(&directions, direction);
        if !wanted {
            continue;
        }
        let facts = [
            ("PHONE", "phone_number", number.wa_id.as_str()),
            ("DIRECTION", "direction", direction),
            ("COUNTRY", "country", country),
        ];
        let asked = facts.into_iter().filter(|(dimension, ..)| dimensions.iter().any(|d| d == dimension));
        let key = asked.map(|(_, name, value)| (name, value.to_owned())).collect();
        let (start, end) = span.point(at);
        let sum = points.entry((start, key)).or_default();
        sum.end = end;
        sum.count += 1;
        sum.seconds += call.duration().unwrap_or(0);
    }
    let points: Vec<Value> =
        points.into_iter().map(|((start, key), sum)| sum.to_json(start, key, &metrics)).collect();
    Ok(json!({ "data": [{ "data_points": points }] }))
}

/// What is counted apart, by name.
type CallKey = Vec<(&'static str, String)>;

/// Calls of one data point.
#[derive(Default)]
struct CallSum {
    end: i64,
    count: u64,
    seconds: i64,
}

impl CallSum {
    fn to_json(&self, start: i64, key: CallKey, metrics: &[String]) -> Value {
        let mut point = json!({ "start": start, "end": self.end });
        for (name, value) in key {
            point[name] = Value::from(value);
        }
        if passes(metrics, "COUNT") {
            point["count"] = Value::from(self.count);
        }
        if passes(metrics, "AVERAGE_DURATION") {
            point["average_duration"] = Value::from(self.seconds as f64 / self.count.max(1) as f64);
        }
        point
    }
}

fn known(given: &[String], name: &str, words: &[&str]) -> Result<(), GraphError> {
    if given.iter().all(|word| words.contains(&word.as_str())) {
        return Ok(());
    }
    Err(GraphError::parameter(format!("Param {name} must be an array of {{{}}}", words.join(", "))))
}

/// `GET /{WABA}/group_analytics`: one group, day by day.
pub(super) fn groups(call: &Call<'_>) -> Answer {
    let params = call.params;
    let second = |name: &str| {
        let text = params.plain(name).ok_or_else(|| GraphError::required(name))?;
        let seconds = text.parse::<i64>().ok().filter(|s| (0..=1 << 40).contains(s));
        seconds.ok_or_else(|| GraphError::parameter(format!("Param {name} must be a UNIX timestamp")))
    };
    let (start, end) = (second("start")? * 1_000, second("end")? * 1_000);
    if params.text("granularity").is_some_and(|granularity| granularity != "DAILY") {
        return Err(GraphError::parameter("Param granularity must be one of {DAILY}"));
    }
    let groups = params.list("group_ids").ok_or_else(|| GraphError::required("group_ids"))?;
    let [group_id] = groups.as_slice() else {
        return Err(GraphError::parameter("Param group_ids must have exactly one element"));
    };
    let metrics = params.list("metric_types").unwrap_or_default();
    let words = ["SENT", "DELIVERED", "READ", "PARTICIPANTS_JOINED", "PARTICIPANTS_LEFT"];
    known(&metrics, "metric_types", &words)?;
    let points = call.with(|world| {
        check_span(world, start, end, GROUP_DAYS)?;
        group_days(world, call.id, group_id, &Span { start, end, grain: Grain::Day }, &metrics)
    })?;
    page::page(call.config(), params, vec![json!({ "granularity": "DAILY", "data_points": points })])
}

fn group_days(
    world: &World,
    waba_id: &str,
    group_id: &str,
    span: &Span,
    metrics: &[String],
) -> Result<Vec<Value>, GraphError> {
    let group = world.groups.get(group_id).filter(|group| {
        world.numbers.get(&group.phone_number_id).is_some_and(|number| number.waba_id == waba_id)
    });
    let group = group.ok_or_else(|| GraphError::message(131_041))?;
    let mut days: BTreeMap<(i64, i64), [u64; 4]> = BTreeMap::new();
    let mut count = |at: Option<i64>, what: usize| {
        if let Some(at) = at.filter(|at| span.holds(*at)) {
            days.entry(span.point(at)).or_default()[what] += 1;
        }
    };
    let said = world.chat_if_any(&group.phone_number_id, group_id);
    let said = said.into_iter().flat_map(|chat| chat.messages.iter().filter_map(|id| world.messages.get(id)));
    for message in said.filter(|m| m.direction == Direction::Outbound) {
        count(message.at.sent, 0);
        for receipt in message.group.iter().flat_map(|group| &group.receipts) {
            count(receipt.at.delivered, 1);
            count(receipt.at.read, 2);
        }
    }
    group.participants.iter().for_each(|participant| count(Some(participant.joined_at), 3));
    let names =
        [("SENT", "sent"), ("DELIVERED", "delivered"), ("READ", "read"), ("PARTICIPANTS_JOINED", "joined")];
    let point = |((start, end), counts): ((i64, i64), [u64; 4])| {
        let mut point = json!({ "group_id": group_id, "start": start, "end": end });
        for ((metric, name), count) in names.iter().zip(counts) {
            if passes(metrics, metric) {
                point[*name] = Value::from(count);
            }
        }
        point
    };
    Ok(days.into_iter().map(point).collect())
}
