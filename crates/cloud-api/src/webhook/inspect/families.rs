//! Calls, groups, templates, numbers and accounts, in words.

use serde_json::Value as Json;

use super::super::{
    AccountAlert, AccountReview, AccountSettings, AccountUpdate, AutomaticEvent, BusinessCapability,
    BusinessUsername, Call, CallDirection, CallStatus, Field, FormUpdate, GroupUpdate, Handover,
    PartnerSolution, PaymentConfiguration, PhoneNumberUpdate, SecurityUpdate, StateSync, TemplateUpdate,
    UserIdUpdate,
};
use super::messages::{error, reasons};
use super::walk::{Place, Walk};
use super::{Event, quoted, words};

/// Every field but those that carry messages.
pub(super) fn tell(field: &Field, value: &Json, at: &str, walk: &mut Walk<'_>) {
    match field {
        Field::Calls => {
            walk.each(value, at, "calls", call);
            walk.each(value, at, "statuses", call_status);
            walk.each(value, at, "errors", error);
        }
        Field::GroupLifecycleUpdate
        | Field::GroupParticipantsUpdate
        | Field::GroupParticipantUpdate
        | Field::GroupSettingsUpdate
        | Field::GroupStatusUpdate => listed(value, at, "groups", walk, group),
        Field::AutomaticEvents => listed(value, at, "automatic_events", walk, automatic),
        Field::SmbAppStateSync => listed(value, at, "state_sync", walk, state_sync),
        Field::UserIdUpdate => listed(value, at, "user_id_update", walk, user_id),
        field => whole(field, value, at.to_owned(), walk),
    }
}

fn listed<T: super::super::wire::Wire>(
    value: &Json,
    at: &str,
    key: &str,
    walk: &mut Walk<'_>,
    tell: fn(&T, &Place) -> Event,
) {
    walk.each(value, at, key, tell);
    walk.each(value, at, "errors", error);
}

/// Fields whose value is one event.
fn whole(field: &Field, value: &Json, at: String, walk: &mut Walk<'_>) {
    match field {
        Field::MessagingHandovers => walk.one(value, at, handover),
        Field::Flows => walk.one(value, at, form),
        Field::MessageTemplateStatusUpdate
        | Field::MessageTemplateQualityUpdate
        | Field::MessageTemplateComponentsUpdate
        | Field::TemplateCategoryUpdate
        | Field::TemplateCorrectCategoryDetection => {
            walk.one(value, at, |update, _: &Place| template(field, update));
        }
        Field::PhoneNumberNameUpdate | Field::PhoneNumberQualityUpdate => walk.one(value, at, phone_number),
        Field::AccountSettingsUpdate => walk.one(value, at, settings),
        Field::AccountUpdate => walk.one(value, at, account),
        Field::AccountAlerts => walk.one(value, at, alert),
        Field::AccountReviewUpdate => walk.one(value, at, review),
        Field::BusinessCapabilityUpdate => walk.one(value, at, capability),
        Field::Security => walk.one(value, at, security),
        Field::BusinessUsernameUpdate | Field::BusinessUsernameUpdates => walk.one(value, at, username),
        Field::PaymentConfigurationUpdate => walk.one(value, at, payment_configuration),
        Field::PartnerSolutions => walk.one(value, at, solution),
        other => {
            let name = other.as_str();
            let known = Field::KNOWN.contains(&name);
            let why = if known { "Meta doesn't document" } else { "this crate doesn't know" };
            let event = Event::new(words(name), format!("a change of {name}, a field {why}"));
            walk.out.push(Event { pointer: at, ..event });
        }
    }
}

/// A word of the wire, or that it is missing.
fn word(word: Option<&(impl AsRef<str> + ?Sized)>) -> &str {
    word.map_or("of no kind", AsRef::as_ref)
}

fn call(call: &Call, place: &Place) -> Event {
    let from = place.who(call.from.as_ref(), call.from_user_id.as_ref(), call.from_parent_user_id.as_ref());
    let to = place.who(call.to.as_ref(), call.to_user_id.as_ref(), call.to_parent_user_id.as_ref());
    let (who, direction) = match call.direction {
        Some(CallDirection::BusinessInitiated) => (to, "to"),
        Some(CallDirection::UserInitiated) => (from, "from"),
        _ => (from.or(to), "with"),
    };
    let event = word(call.event.as_ref().map(|event| event.as_str()));
    let outcome =
        call.status.as_ref().map_or(String::new(), |status| format!(", {}", words(status.word().as_str())));
    let seconds = call.duration.map_or(String::new(), |seconds| format!(", {seconds} s"));
    let name = who.clone().unwrap_or_default();
    let summary = format!(
        "call {direction} {name}: {}{outcome}{seconds}{}",
        words(event.trim_start_matches("call_")),
        reasons(call.errors.as_deref())
    );
    Event::new(format!("call {}", words(event.trim_start_matches("call_"))), summary)
        .id("wacid", call.id.as_ref())
        .id("callback_data", call.biz_opaque_callback_data.as_ref())
        .at(call.timestamp)
        .who(who)
}

fn call_status(status: &CallStatus, place: &Place) -> Event {
    let who = place.who(
        status.recipient_id.as_ref(),
        status.recipient_user_id.as_ref(),
        status.recipient_parent_user_id.as_ref(),
    );
    let kind = words(word(status.status.as_ref().map(|status| status.word().as_str())));
    let name = who.clone().unwrap_or_default();
    Event::new(format!("call {kind}"), format!("call to {name}: {kind}{}", reasons(status.errors.as_deref())))
        .id("wacid", status.id.as_ref())
        .id("callback_data", status.biz_opaque_callback_data.as_ref())
        .at(status.timestamp)
        .who(who)
}

fn group(update: &GroupUpdate, place: &Place) -> Event {
    let kind = words(word(update.kind.as_ref().map(|kind| kind.as_str())));
    let who = place.who(update.wa_id.as_ref(), update.user_id.as_ref(), update.parent_user_id.as_ref());
    let people = update.added_participants.iter().chain(&update.removed_participants).flatten().count();
    let people = if people > 0 { format!(", people: {people}") } else { String::new() };
    let name = update.subject.as_deref().map_or(String::new(), |name| format!(" {}", quoted(name)));
    Event::new(kind.clone(), format!("{kind}{name}{people}{}", reasons(update.errors.as_deref())))
        .id("group", update.group_id.as_ref())
        .id("request", update.request_id.as_ref())
        .id("join_request", update.join_request_id.as_ref())
        .at(update.timestamp)
        .who(who)
}

fn automatic(event: &AutomaticEvent, _: &Place) -> Event {
    let name = word(event.event_name.as_ref().map(|name| name.as_str()));
    let amount =
        event.custom_data.as_ref().and_then(|data| Some((data.value.as_ref()?, data.currency.as_ref()?)));
    let amount = amount.map_or(String::new(), |(value, currency)| format!(" of {value} {currency}"));
    Event::new(format!("automatic event {name}"), format!("Meta noticed {name}{amount} in a chat"))
        .id("wamid", event.id.as_ref())
        .at(event.timestamp)
}

fn state_sync(sync: &StateSync, place: &Place) -> Event {
    let contact = sync.contact.as_ref();
    let mut who = contact.and_then(|contact| {
        place.who(contact.phone_number.as_ref(), contact.user_id.as_ref(), contact.parent_user_id.as_ref())
    });
    if let (Some(who), Some(contact)) = (&mut who, contact) {
        who.name = who.name.take().or_else(|| contact.full_name.clone());
        who.username = who.username.take().or_else(|| contact.username.clone());
    }
    let action = words(word(sync.action.as_ref().map(|action| action.as_str())));
    let kind = words(word(sync.kind.as_ref().map(|kind| kind.as_str())));
    let name = who.clone().unwrap_or_default();
    Event::new(
        format!("{kind} {action}"),
        format!("phone book of the WhatsApp Business app: {action} {kind} {name}"),
    )
    .at(sync.metadata.as_ref().and_then(|metadata| metadata.timestamp))
    .who(who)
}

fn user_id(update: &UserIdUpdate, place: &Place) -> Event {
    let change = update.user_id.as_ref();
    let current = change.and_then(|change| change.current.as_ref());
    let who = place.who(update.wa_id.as_ref(), current, None);
    let name = who.clone().unwrap_or_default();
    Event::new("user id changed", format!("{name} has a new business-scoped user id"))
        .id("previous_user_id", change.and_then(|change| change.previous.as_ref()))
        .at(update.timestamp)
        .who(who)
}

fn handover(handover: &Handover, place: &Place) -> Event {
    let sender = handover.sender.as_ref();
    let who =
        sender.and_then(|sender| place.who(sender.phone_number.as_ref(), sender.user_id.as_ref(), None));
    let kind = words(word(handover.kind.as_ref().map(|kind| kind.as_str())));
    let change = handover.change();
    let role = |role: Option<&super::super::ResponderRole>| {
        role.map_or("somebody".to_owned(), |role| words(role.as_str()))
    };
    let from = role(change.and_then(|change| change.previous_owner_role.as_ref()));
    let to = role(change.and_then(|change| change.new_owner_role.as_ref()));
    let name = who.clone().unwrap_or_default();
    Event::new(kind.clone(), format!("{kind} from {from} to {to}, conversation with {name}"))
        .id("previous_app", change.and_then(|change| change.previous_owner_app_id.as_ref()))
        .id("new_app", change.and_then(|change| change.new_owner_app_id.as_ref()))
        .at(handover.timestamp)
        .who(who)
}

fn form(update: &FormUpdate, _: &Place) -> Event {
    let event = words(word(update.event.as_ref().map(|event| event.as_str())));
    let event = event.trim_start_matches("flow ");
    let words = update.message.as_ref().or(update.warning.as_ref());
    let summary = words.map_or(event, String::as_str);
    Event::new(format!("form {event}"), summary).id("form", update.flow_id.as_ref())
}

fn template(field: &Field, update: &TemplateUpdate) -> Event {
    let name = quoted(update.message_template_name.as_deref().unwrap_or_default());
    let category = |category: &Option<super::super::TemplateCategory>| {
        category.as_ref().map_or("unknown".to_owned(), |category| words(category.as_str()))
    };
    let (kind, what) = match field {
        Field::MessageTemplateStatusUpdate => {
            let event = words(word(update.event.as_ref().map(|event| event.as_str())));
            let reason = update.reason.as_deref().filter(|reason| *reason != "NONE");
            let reason = reason.map_or(String::new(), |reason| format!(" ({})", words(reason)));
            (event.clone(), format!("{event}{reason}"))
        }
        Field::MessageTemplateQualityUpdate => {
            let score = |score: &Option<super::super::QualityScore>| {
                score.as_ref().map_or("unknown".to_owned(), |score| words(score.as_str()))
            };
            let (from, to) = (score(&update.previous_quality_score), score(&update.new_quality_score));
            ("quality".to_owned(), format!("quality went from {from} to {to}"))
        }
        Field::MessageTemplateComponentsUpdate => ("components".to_owned(), "new content".to_owned()),
        Field::TemplateCategoryUpdate if update.correct_category.is_some() => {
            let (now, then) = (category(&update.new_category), category(&update.correct_category));
            ("category notice".to_owned(), format!("category will change from {now} to {then}"))
        }
        Field::TemplateCategoryUpdate => {
            let (from, to) = (category(&update.previous_category), category(&update.new_category));
            ("category".to_owned(), format!("category changed from {from} to {to}"))
        }
        _ => {
            let (sent, right) = (category(&update.category), category(&update.correct_category));
            ("category detection".to_owned(), format!("sent as {sent}, Meta thinks {right} right"))
        }
    };
    let language = update.message_template_language.as_deref().unwrap_or("no language");
    Event::new(format!("template {kind}"), format!("template {name} ({language}): {what}"))
        .id("template", update.message_template_id.as_ref())
        .at(update.category_update_timestamp)
}

fn phone_number(update: &PhoneNumberUpdate, _: &Place) -> Event {
    let number = word(update.display_phone_number.as_ref());
    if let Some(event) = &update.event {
        let event = words(event.as_str());
        return Event::new(format!("phone number {event}"), format!("limits of {number}: {event}"));
    }
    let decision = words(word(update.decision.as_ref().map(|decision| decision.as_str())));
    let name = quoted(update.requested_verified_name.as_deref().unwrap_or_default());
    let reason = update
        .rejection_reason
        .as_ref()
        .map_or(String::new(), |reason| format!(" ({})", words(reason.as_str())));
    Event::new(
        format!("display name {decision}"),
        format!("display name {name} of {number}: {decision}{reason}"),
    )
}

fn settings(settings: &AccountSettings, _: &Place) -> Event {
    let kind = words(word(settings.kind.as_ref().map(|kind| kind.as_str())));
    Event::new("settings", format!("{kind} changed")).at(settings.timestamp)
}

fn account(update: &AccountUpdate, _: &Place) -> Event {
    let event = words(word(update.event.as_ref().map(|event| event.as_str())));
    let event = event.trim_start_matches("account ");
    let restrictions =
        update.restriction_info.iter().flatten().filter_map(|info| info.restriction_type.as_ref());
    let mut details: Vec<String> = restrictions.map(|kind| words(kind.as_str())).collect();
    let violation = update.violation_info.as_ref().and_then(|info| info.violation_type.as_ref());
    details.extend(violation.map(|kind| words(kind)));
    let ban = update.ban_info.as_ref().and_then(|info| info.waba_ban_state.as_ref());
    details.extend(ban.map(|state| words(state.as_str())));
    let left = update.disconnection_info.as_ref().and_then(|info| info.reason.as_ref());
    details.extend(left.map(|reason| words(reason.as_str())));
    details.extend(update.phone_number.as_ref().map(|number| format!("number {number}")));
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    let info = update.waba_info.as_ref();
    Event::new(format!("account {event}"), format!("account: {event}{details}"))
        .id("waba", info.and_then(|info| info.waba_id.as_ref()))
        .id("owner_business", info.and_then(|info| info.owner_business_id.as_ref()))
        .id("partner_app", info.and_then(|info| info.partner_app_id.as_ref()))
}

fn alert(alert: &AccountAlert, _: &Place) -> Event {
    let info = alert.alert_info.as_ref();
    let kind = words(word(info.and_then(|info| info.alert_type.as_ref()).map(|kind| kind.as_str())));
    let severity = words(word(info.and_then(|info| info.alert_severity.as_ref()).map(|kind| kind.as_str())));
    Event::new(format!("alert {severity}"), format!("alert ({severity}): {kind}"))
        .id("entity", alert.entity_id.as_ref())
}

fn review(review: &AccountReview, _: &Place) -> Event {
    let decision = words(word(review.decision.as_ref().map(|decision| decision.as_str())));
    Event::new(format!("account review {decision}"), format!("review of the account: {decision}"))
}

fn capability(capability: &BusinessCapability, _: &Place) -> Event {
    let limit = capability.max_daily_conversations_per_business.as_ref();
    let limit = limit.or(capability.max_daily_conversation_per_phone.as_ref());
    let summary = match limit {
        Some(limit) if limit.is_unlimited() => "may write to any number of customers a day".to_owned(),
        Some(limit) => match limit.customers() {
            Some(customers) => format!("may write to {customers} customers a day first"),
            None => "has another daily limit".to_owned(),
        },
        None => "has other limits".to_owned(),
    };
    Event::new("business limits", format!("the business {summary}"))
}

fn security(update: &SecurityUpdate, _: &Place) -> Event {
    let event = words(word(update.event.as_ref().map(|event| event.as_str())));
    let number = word(update.display_phone_number.as_ref());
    Event::new(format!("security {event}"), format!("{number}: {event}"))
        .id("requester", update.requester.as_ref())
}

fn username(update: &BusinessUsername, _: &Place) -> Event {
    let status = words(word(update.status.as_ref().map(|status| status.as_str())));
    let number = word(update.display_phone_number.as_ref());
    let name = update.username.as_deref().map_or(String::new(), |name| format!(" {}", quoted(name)));
    Event::new(format!("username {status}"), format!("username{name} of {number}: {status}"))
}

fn payment_configuration(update: &PaymentConfiguration, _: &Place) -> Event {
    let status = words(word(update.status.as_ref().map(|status| status.as_str())));
    let name = quoted(update.configuration_name.as_deref().unwrap_or_default());
    Event::new(format!("payment configuration {status}"), format!("payment configuration {name}: {status}"))
        .at(update.updated_timestamp)
}

fn solution(update: &PartnerSolution, _: &Place) -> Event {
    let event = words(word(update.event.as_ref().map(|event| event.as_str())));
    let status = words(word(update.solution_status.as_ref().map(|status| status.as_str())));
    Event::new(event.clone(), format!("multi-partner {event}, now {status}"))
        .id("solution", update.solution_id.as_ref())
}
