//! The ways through a form: from its first screen forward to a terminal one.
//!
//! With an endpoint the form declares them (`routing_model`); without one they follow from its navigate actions.
//! Meta: WhatsApp Flows > Reference > Flow JSON > Routing Model, and > Error codes > Routing model errors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::check::{Judge, SCREENS_MAX};
use crate::judge::Node;
use crate::violation::Rule;

/// Most screens that a screen can lead to.
const ROUTES_MAX: usize = 10;

/// Routes by screen. Screens and targets that exist, and no route to oneself.
type Routes<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(super) fn judge<'a>(judge: &mut Judge<'a>, root: &Node<'a>) {
    // So many screens are refused already, and ways between them take long to follow.
    if judge.whole.screens.len() > SCREENS_MAX {
        return;
    }
    if root.get("routing_model").is_none() {
        if !judge.whole.endpoint {
            by_actions(judge);
        }
        return;
    }
    let Some(model) = judge.findings.may_have_object(root, "routing_model") else { return };
    let routes = declared(judge, &model);
    if judge.whole.endpoint {
        missing(judge, &model, &routes);
    }
    if !routes.is_empty() {
        forward(judge, &model, &routes);
        entry(judge, &routes, &model.pointer);
        dead_ends(judge, &routes, &model);
        if let Some(alone) = unconnected(judge, &routes) {
            let message = format!("Screen {alone} is not connected with the rest of the screens.");
            judge.findings.add(model.at(alone), Rule::Reference, message);
        }
    }
}

/// What the routing model says, as far as it makes sense.
fn declared<'a>(judge: &mut Judge<'a>, model: &Node<'a>) -> Routes<'a> {
    let mut routes = Routes::new();
    for (screen, value) in model.map {
        let pointer = model.at(screen);
        let known = judge.whole.screens.contains_key(screen.as_str());
        if !known {
            let message = format!("Invalid screens found in the routing model: {screen}.");
            judge.findings.add(pointer.clone(), Rule::Reference, message);
        }
        let Some(targets) = value.as_array() else {
            judge.findings.wrong_type(pointer, "an array");
            continue;
        };
        if targets.len() > ROUTES_MAX {
            let message =
                format!("Number of branches exceeds the max limit of {ROUTES_MAX} for screen: {screen}.");
            judge.findings.add_limit(pointer.clone(), Rule::Count, [ROUTES_MAX, targets.len()], message);
        }
        let mut found = BTreeSet::new();
        for (i, target) in targets.iter().enumerate().take(ROUTES_MAX + 1) {
            if let Some(target) = one_route(judge, screen, target, format!("{pointer}/{i}")) {
                found.insert(target);
            }
        }
        if known {
            routes.insert(screen, found);
        }
    }
    routes
}

fn one_route<'a>(judge: &mut Judge<'a>, screen: &str, target: &'a Value, pointer: String) -> Option<&'a str> {
    let Some(target) = target.as_str() else {
        judge.findings.wrong_type(pointer, "a string");
        return None;
    };
    if target == screen {
        judge.findings.add(pointer, Rule::Order, "A route cannot lead to its own screen.");
        return None;
    }
    if !judge.whole.screens.contains_key(target) {
        let message = format!("Invalid screen found in the routing model: {target}.");
        judge.findings.add(pointer, Rule::Reference, message);
        return None;
    }
    Some(target)
}

/// With an endpoint, every screen is in the model. A form of one screen needs no routes.
fn missing(judge: &mut Judge<'_>, model: &Node<'_>, routes: &Routes<'_>) {
    if judge.whole.screens.len() < 2 {
        return;
    }
    let reached: BTreeSet<_> = routes.values().flatten().collect();
    let absent: Vec<_> =
        judge.whole.screens.keys().filter(|id| !routes.contains_key(**id) && !reached.contains(id)).collect();
    for id in absent {
        let message = format!("Following screens are missing in the routing model: {id}.");
        judge.findings.add(model.at(id), Rule::Required, message);
    }
}

/// No route back, not even by a detour. Every route that closes a circle is reported.
fn forward(judge: &mut Judge<'_>, model: &Node<'_>, routes: &Routes<'_>) {
    for (from, targets) in routes {
        for to in targets.iter().filter(|to| reaches(routes, to, from)) {
            let message = format!(
                "Loop detected: the route {from} -> {to} leads back. Only forward routes can be specified."
            );
            judge.findings.add(model.at(from), Rule::Order, message);
        }
    }
}

fn reaches(routes: &Routes<'_>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(screen) = waiting.pop() {
        if screen == to {
            return true;
        }
        for next in routes.get(screen).into_iter().flatten() {
            if seen.insert(next) {
                waiting.push(next);
            }
        }
    }
    false
}

/// Some screen must be where everything begins.
fn entry(judge: &mut Judge<'_>, routes: &Routes<'_>, pointer: &str) {
    let reached: BTreeSet<_> = routes.values().flatten().collect();
    let mut screens = judge.whole.screens.keys();
    if screens.all(|id| reached.contains(id)) {
        let message = "No entry screen found. Expected a screen with no inbound edges as the entry screen.";
        judge.findings.add(pointer.to_owned(), Rule::Order, message);
    }
}

/// Every way ends at a terminal screen. A page that one reads by a link and goes back from is no way.
fn dead_ends(judge: &mut Judge<'_>, routes: &Routes<'_>, model: &Node<'_>) {
    let reached = routes.values().flatten().copied();
    let mentioned: BTreeSet<_> = routes.keys().copied().chain(reached).collect();
    for id in mentioned {
        let Some(declared) = judge.whole.screens.get(id) else { continue };
        let leads_on = routes.get(id).is_some_and(|targets| !targets.is_empty());
        if declared.terminal || leads_on || (judge.whole.is_linked(id) && !declared.has_footer) {
            continue;
        }
        let message = format!("All routes must end at a terminal screen, but {id} leads nowhere.");
        judge.findings.add(model.at(id), Rule::Order, message);
    }
}

/// A screen that no route connects with the first one, in either direction.
fn unconnected<'a>(judge: &Judge<'a>, routes: &Routes<'a>) -> Option<&'a str> {
    let mut beside: Routes<'a> = routes.clone();
    for (from, targets) in routes {
        for to in targets {
            beside.entry(to).or_default().insert(from);
        }
    }
    let first = judge.whole.screens.iter().min_by_key(|(_, declared)| declared.index)?.0;
    let in_routes: BTreeSet<_> = beside.keys().copied().collect();
    let mut screens: Vec<_> = judge.whole.screens.iter().filter(|(id, _)| in_routes.contains(*id)).collect();
    screens.sort_by_key(|(_, declared)| declared.index);
    screens
        .into_iter()
        .map(|(id, _)| *id)
        .find(|id| in_routes.contains(first) && !reaches(&beside, first, id))
}

/// Without a model, the navigate actions make one.
fn by_actions(judge: &mut Judge<'_>) {
    let mut routes = Routes::new();
    for (id, declared) in &judge.whole.screens {
        let known =
            declared.next.iter().filter(|next| *next != id && judge.whole.screens.contains_key(*next));
        routes.insert(*id, known.copied().collect());
    }
    if routes.len() < 2 {
        return;
    }
    for (id, targets) in routes.iter().filter(|(_, targets)| targets.len() > ROUTES_MAX) {
        let message = format!("Number of branches exceeds the max limit of {ROUTES_MAX} for screen: {id}.");
        let given = targets.len();
        judge.findings.add_limit(screen_pointer(judge, id), Rule::Count, [ROUTES_MAX, given], message);
    }
    entry(judge, &routes, "/screens");
    if let Some(alone) = unconnected(judge, &routes) {
        let message = format!(
            "Screen {alone} is not connected with the rest of the screens via navigate screen action."
        );
        judge.findings.add(screen_pointer(judge, alone), Rule::Reference, message);
    }
    let stuck: Vec<_> = judge
        .whole
        .screens
        .iter()
        .filter(|(id, declared)| {
            let read = judge.whole.is_linked(id) && !declared.has_footer;
            !declared.terminal && declared.next.is_empty() && !declared.leaves && !read
        })
        .map(|(id, _)| *id)
        .collect();
    for id in stuck {
        let message = format!("All routes must end at a terminal screen, but {id} leads nowhere.");
        judge.findings.add(screen_pointer(judge, id), Rule::Order, message);
    }
}

fn screen_pointer(judge: &Judge<'_>, id: &str) -> String {
    let index = judge.whole.screens.get(id).map_or(0, |declared| declared.index);
    format!("/screens/{index}/id")
}
