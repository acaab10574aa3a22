//! What an account (WABA) is changed by, who may use it, its log and its schedules.

use cloud_api::client::waba::NewSchedule;
use serde_json::{Map, Value, json};

use super::checked::{judge, success};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields, page, waba, waba_settings};
use crate::world::World;
use crate::world::account::Waba;
use crate::world::standing::SYSTEM_USER;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "", "POST", Scope::Management),
    edge(Kind::Waba, "assigned_users", "GET POST DELETE", Scope::Management),
    edge(Kind::Waba, "activities", "GET", Scope::Management),
    edge(Kind::Waba, "schedules", "GET POST", Scope::Management),
    edge(Kind::User, "", "GET", Scope::Any),
    edge(Kind::User, "assigned_whatsapp_business_accounts", "GET", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match (call.kind, call.what()) {
        // Whoever is no user of an account that the token reaches is nobody.
        (Kind::User, _) if !world.wabas.values().any(|waba| has(waba, id) && reaches(call, waba)) => {
            Err(call.unknown())
        }
        (Kind::User, (_, "")) => fields::select(
            json!({ "id": id, "name": user_name(id) }),
            params.text("fields"),
            &["id", "name"],
            "User",
        ),
        (Kind::User, _) => {
            let mine = world.wabas.values().filter(|waba| has(waba, id) && reaches(call, waba));
            let nodes: Result<Vec<Value>, GraphError> =
                mine.map(|waba| assigned(world, waba, params, &call.token.app_id)).collect();
            page::page(config, params, nodes?)
        }
        (_, (_, "")) => change(world, id, params),
        (_, ("GET", "assigned_users")) => page::page(config, params, users(world, id, params)?),
        (_, (_, "assigned_users")) => assign(world, id, params, call.verb() == "POST"),
        (_, (_, "activities")) => page::page(config, params, activities(world, id, params)?),
        (_, ("GET", _)) => {
            let account = world.wabas.get(id).ok_or_else(|| call.unknown())?;
            page::page(config, params, account.facts.schedules.clone())
        }
        _ => schedule(world, id, params),
    })
}

fn has(waba: &Waba, user: &str) -> bool {
    user == SYSTEM_USER || waba.facts.users.contains_key(user)
}

fn reaches(call: &Call<'_>, waba: &Waba) -> bool {
    call.token.wabas.contains(&waba.id) || call.token.businesses.contains(&waba.business_id)
}

/// An account as a user's list shows it.
fn assigned(world: &World, waba: &Waba, params: &Params, app_id: &str) -> Answer {
    match params.text("fields").filter(|asked| !asked.trim().is_empty()) {
        Some(_) => waba::listed(world, waba, params, app_id),
        None => fields::select(
            waba::node(world, waba, app_id),
            None,
            &["id", "name", "status"],
            "WhatsAppBusinessAccount",
        ),
    }
}

fn user_name(id: &str) -> &'static str {
    if id == SYSTEM_USER { "Emulated system user" } else { "Emulated user" }
}

/// `POST /{WABA}`: its name, its time zone, and what it switches on.
fn change(world: &mut World, id: &str, params: &Params) -> Answer {
    let timezone = params.plain("timezone_id");
    let account = world.wabas.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    let switched = waba_settings::change(account, params)?;
    if !switched && timezone.is_none() {
        return Err(GraphError::required("name"));
    }
    if let Some(timezone) = timezone {
        account.facts.timezone_id = timezone;
    }
    let changed: Vec<&str> =
        params.again().map(|(name, _)| name).filter(|name| *name != "access_token").collect();
    let details = json!({ "fields": changed });
    world.record(id, "ACCOUNT_UPDATED", "The account was changed", details);
    world.announce("account", "", "", None);
    let by_id = ["name", "is_enabled_for_insights"].iter().any(|name| params.get(name).is_some());
    Ok(if by_id { json!({ "id": id }) } else { success() })
}

fn users(world: &World, id: &str, params: &Params) -> Result<Vec<Value>, GraphError> {
    let account = world.wabas.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let business = params.plain("business").unwrap_or_else(|| account.business_id.clone());
    let name = world.businesses.get(&business).map_or("", |business| business.name.as_str());
    let owner = (SYSTEM_USER.to_owned(), vec!["MANAGE".to_owned(), "FULL_CONTROL".to_owned()]);
    let mut all = vec![owner];
    all.extend(
        account
            .facts
            .users
            .iter()
            .filter(|(id, _)| *id != SYSTEM_USER)
            .map(|(id, t)| (id.clone(), t.clone())),
    );
    let nodes = all.into_iter().map(|(user, tasks)| {
        json!({
            "id": user, "name": user_name(&user), "business": { "id": business, "name": name },
            "user_type": if user == SYSTEM_USER { "SYSTEM_USER" } else { "BUSINESS_USER" }, "tasks": tasks,
        })
    });
    let usual = ["id", "name", "business", "user_type", "tasks"];
    nodes.map(|node| fields::select(node, params.text("fields"), &usual, "AssignedUser")).collect()
}

const TASKS: [&str; 15] = [
    "MANAGE",
    "DEVELOP",
    "MANAGE_TEMPLATES",
    "MANAGE_PHONE",
    "VIEW_COST",
    "MANAGE_EXTENSIONS",
    "VIEW_PHONE_ASSETS",
    "MANAGE_PHONE_ASSETS",
    "VIEW_TEMPLATES",
    "VIEW_INSIGHTS",
    "RECEIVE_INCOMING_MESSAGES",
    "MANAGE_BILLING",
    "MANAGE_USERS",
    "MESSAGING",
    "FULL_CONTROL",
];

fn assign(world: &mut World, id: &str, params: &Params, add: bool) -> Answer {
    let user = params.plain("user").ok_or_else(|| GraphError::required("user"))?;
    if user.is_empty() || !user.bytes().all(|b| b.is_ascii_digit()) {
        return Err(GraphError::parameter("Param user must be a valid user id"));
    }
    let account = world.wabas.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if add {
        let tasks =
            params.list("tasks").filter(|t| !t.is_empty()).ok_or_else(|| GraphError::required("tasks"))?;
        if !tasks.iter().all(|task| TASKS.contains(&task.as_str())) {
            return Err(GraphError::parameter(format!("Param tasks must be of {{{}}}", TASKS.join(", "))));
        }
        account.facts.users.insert(user.clone(), tasks);
    } else if account.facts.users.remove(&user).is_none() && user != SYSTEM_USER {
        return Err(GraphError::message(100).details("The user is not assigned to this account"));
    }
    let (kind, text) =
        if add { ("USER_ADDED", "A user was assigned") } else { ("USER_REMOVED", "A user was removed") };
    world.record(id, kind, text, json!({ "user_id": user }));
    world.changes += 1;
    Ok(success())
}

/// The log, the newest first.
fn activities(world: &World, id: &str, params: &Params) -> Result<Vec<Value>, GraphError> {
    let account = world.wabas.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let kinds = params.list("activity_type");
    // Moments as Graph writes them sort as text; seconds since 1970 are written so first.
    let moment = |name: &str| {
        let given = params.plain(name)?;
        Some(
            given
                .parse::<i64>()
                .map_or(given, |seconds| crate::clock::graph_time(seconds.saturating_mul(1_000))),
        )
    };
    let (since, until) = (moment("since"), moment("until"));
    let found = account.facts.activities.iter().rev().filter(|entry| {
        let at = entry["timestamp"].as_str().unwrap_or("");
        kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| entry["activity_type"] == kind.as_str()))
            && since.as_deref().is_none_or(|since| at >= since)
            && until.as_deref().is_none_or(|until| at <= until)
    });
    let usual = [
        "id",
        "activity_type",
        "timestamp",
        "actor_type",
        "actor_id",
        "actor_name",
        "description",
        "details",
    ];
    found
        .map(|entry| {
            fields::select(entry.clone(), params.text("fields"), &usual, "WhatsAppBusinessAccountActivity")
        })
        .collect()
}

fn schedule(world: &mut World, id: &str, params: &Params) -> Answer {
    let text = |name: &str| params.text(name).unwrap_or("").to_owned();
    let new = NewSchedule {
        name: text("name"),
        schedule_type: text("schedule_type"),
        start_time: text("start_time"),
        end_time: text("end_time"),
        timezone: params.text("timezone").map(str::to_owned),
        days_of_week: params.list("days_of_week").unwrap_or_default(),
        extra: Map::new(),
    };
    judge(new.validate())?;
    let kinds = ["BUSINESS_HOURS", "AUTOMATED_RESPONSE", "MESSAGE_CAMPAIGN", "MAINTENANCE_WINDOW", "CUSTOM"];
    if !kinds.contains(&new.schedule_type.as_str()) {
        return Err(GraphError::parameter(format!(
            "Param schedule_type must be one of {{{}}}",
            kinds.join(", ")
        )));
    }
    let schedule_id = world.new_id();
    let mut schedule = serde_json::to_value(&new).unwrap_or_default();
    schedule["id"] = Value::from(schedule_id.as_str());
    schedule["is_active"] = Value::from(params.truth("is_active").unwrap_or(true));
    schedule["status"] = Value::from(if schedule["is_active"] == true { "ACTIVE" } else { "INACTIVE" });
    for extra in ["description", "recurrence_pattern"] {
        if let Some(value) = params.get(extra) {
            schedule[extra] = value.clone();
        }
    }
    let account = world.wabas.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    account.facts.schedules.push(schedule);
    world.changes += 1;
    Ok(json!({ "id": schedule_id }))
}
