//! Every error code Meta documents, as data. Meta: Cloud API > Error codes (and the calling, flows, groups, template
//! and business management pages that add to it).

use std::time::Duration;

use crate::error::Disposition;

/// Where an error shows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrives {
    /// As the answer to the call.
    Answer,
    /// Later, by webhook: in a `failed` status, an inbound message or a value's `errors`.
    Webhook,
    /// Either way.
    Both,
}

/// Who can do something about an error. The person a message about it should go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Who writes or runs the program: its requests, its token, its webhooks, the phone number's set-up.
    Developer,
    /// Who decides what is sent to whom: messages, templates, forms' texts, audiences.
    Marketer,
    /// Who administers the business in Meta's Business Manager: permissions, verification, payment, display name,
    /// terms, appeals against restrictions.
    Owner,
    /// The person written to or called: they have to write first, allow calls, send again, update their app.
    Recipient,
    /// Meta: something broke there.
    Meta,
    /// Nobody; it passes with time.
    Nobody,
}

/// What is known about one error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorFact {
    /// Meta's code. Codes from 1,000,000 arrive as `error_subcode` of a general code, mostly 100.
    pub code: i64,
    /// Set when this is about a code together with this subcode; see [`subcodes`].
    pub subcode: Option<i64>,
    /// Meta's short name.
    pub title: &'static str,
    /// HTTP status of the answer; 0 when Meta documents none.
    pub http_status: u16,
    /// Every HTTP status the answer has been seen with, the documented one first. Throttles come with 400 or 429.
    pub http_statuses: &'static [u16],
    /// Where it shows itself.
    pub arrives: Arrives,
    /// What to do about it.
    pub disposition: Disposition,
    /// Who can do it.
    pub actor: Actor,
    /// In words for a person: what happened and what helps.
    pub meaning: &'static str,
}

/// What is known about a code. Meta adds codes all the time, so `None` is a normal answer.
pub fn describe(code: i64) -> Option<&'static ErrorFact> {
    // Meta documents 200 to 299 as one thing.
    let code = if (200..=299).contains(&code) { 200 } else { code };
    let row = TABLE.binary_search_by_key(&code, |fact| fact.code).ok()?;
    TABLE.get(row)
}

/// What is known about a code and its subcode together.
///
/// A known pair comes first. Then the subcode, if it is a code of its own (2388040, …) and the code says little: Graph's
/// general codes, and codes nobody knows. A code that says something itself, a throttle for example, wins over its
/// subcode.
pub fn describe_with(code: i64, subcode: Option<i64>) -> Option<&'static ErrorFact> {
    let by_code = describe(code);
    let Some(subcode) = subcode else { return by_code };
    if let Some(pair) = SUBCODES.iter().find(|fact| fact.code == code && fact.subcode == Some(subcode)) {
        return Some(pair);
    }
    let says_little = by_code.is_none_or(|fact| GENERAL.contains(&fact.code));
    let own = describe(subcode).filter(|fact| says_little && fact.code >= FIRST_OWN_SUBCODE);
    own.or(by_code)
}

/// All facts, ascending by code. The row of code 200 stands for 200 to 299.
pub fn all() -> &'static [ErrorFact] {
    TABLE
}

/// What subcodes add to codes that have a row in [`all`] too.
pub fn subcodes() -> &'static [ErrorFact] {
    SUBCODES
}

/// Codes of Graph as a whole that leave it to the subcode what happened.
const GENERAL: [i64; 6] = [1, 2, 10, 100, 200, 135_000];
/// Smaller subcodes mean one thing with one code and another with the next.
const FIRST_OWN_SUBCODE: i64 = 1_000_000;

const fn fact(
    code: i64,
    http_statuses: &'static [u16],
    arrives: Arrives,
    disposition: Disposition,
    actor: Actor,
    texts: [&'static str; 2],
) -> ErrorFact {
    let http_status = if http_statuses.is_empty() { 0 } else { http_statuses[0] };
    let [title, meaning] = texts;
    ErrorFact { code, subcode: None, title, http_status, http_statuses, arrives, disposition, actor, meaning }
}

const fn pair(subcode: i64, fact: ErrorFact) -> ErrorFact {
    ErrorFact { subcode: Some(subcode), ..fact }
}

const fn wait(seconds: u64) -> Disposition {
    Disposition::RetryAfter(Duration::from_secs(seconds))
}

const HOUR: u64 = 3600;
const S: Arrives = Arrives::Answer;
const A: Arrives = Arrives::Webhook;
const SA: Arrives = Arrives::Both;
const FIX: Disposition = Disposition::FixRequest;
const NEVER: Disposition = Disposition::Never;
const PARK: Disposition = Disposition::ParkNumber;
// A send that ends in one of these may have gone out all the same.
const UNKNOWN: Disposition = Disposition::OutcomeUnknown;
const DEVELOPER: Actor = Actor::Developer;
const MARKETER: Actor = Actor::Marketer;
const OWNER: Actor = Actor::Owner;
const RECIPIENT: Actor = Actor::Recipient;
const META: Actor = Actor::Meta;
const NOBODY: Actor = Actor::Nobody;

#[rustfmt::skip]
static SUBCODES: &[ErrorFact] = &[
    pair(33, fact(100, &[400], S, FIX, DEVELOPER, ["Unsupported request", "What the address names doesn't exist, or this token has no access to it: when sending, the phone number; otherwise the media (uploads last 30 days, received media 7), template or account."])),
    pair(458, fact(190, &[401], S, PARK, OWNER, ["App not installed", "The business no longer lets this app act for it. It has to connect again."])),
    pair(460, fact(190, &[401], S, PARK, OWNER, ["Password changed", "The person who made the access token changed their password. A new token is needed."])),
    pair(463, fact(190, &[401], S, PARK, DEVELOPER, ["Access token expired", "The access token is past its time. A new token is needed."])),
    pair(467, fact(190, &[401], S, PARK, DEVELOPER, ["Invalid access token", "The access token was revoked, or its session ended. A new token is needed."])),
];

#[rustfmt::skip]
static TABLE: &[ErrorFact] = &[
    fact(0, &[401], S, PARK, DEVELOPER, ["AuthException", "The access token is invalid or its app user can't be authenticated. A new token is needed."]),
    fact(1, &[400], S, UNKNOWN, META, ["API Unknown", "The request was malformed or Meta had a hiccup; the message may have been sent."]),
    fact(2, &[503], S, UNKNOWN, META, ["API Service", "Meta's service was down for a moment; the message may have been sent."]),
    fact(3, &[500], S, PARK, DEVELOPER, ["API Method", "The app lacks a capability or permission for this call."]),
    fact(4, &[400, 429], S, wait(60), NOBODY, ["API Too Many Calls", "The app has used up its hourly calls."]),
    fact(10, &[403], S, PARK, OWNER, ["Permission Denied", "The permission is missing or was taken away."]),
    fact(33, &[400], S, PARK, DEVELOPER, ["Parameter value is not valid", "The phone number was deleted, or its id is wrong."]),
    fact(100, &[400], S, FIX, DEVELOPER, ["Invalid parameter", "The request has an unknown, misspelt or unsupported field or value."]),
    fact(104, &[400, 401], S, PARK, DEVELOPER, ["Access token required", "The request carried no access token."]),
    fact(190, &[401], S, PARK, DEVELOPER, ["Access token expired", "The access token is expired, revoked or unreadable. A new token is needed."]),
    fact(200, &[403], S, PARK, OWNER, ["API Permission", "The token may not do this with this account."]),
    fact(368, &[403], S, PARK, OWNER, ["Temporarily blocked for policies violations", "The WhatsApp Business Account is restricted for breaking a policy."]),
    fact(613, &[429], S, wait(60), NOBODY, ["Call permission request limit hit", "Too many calls of this kind in a short time."]),
    fact(2500, &[400, 401], S, FIX, DEVELOPER, ["Unknown path components", "The address of the request doesn't exist, or the access token is missing."]),
    fact(80007, &[400, 429], S, wait(60), NOBODY, ["Rate limit issues", "The WhatsApp Business Account has used up its hourly calls."]),
    fact(130403, &[], SA, NEVER, MARKETER, ["Recipient blocked by business", "The business has blocked this person. Unblock them first."]),
    fact(130429, &[400, 429], SA, wait(1), NOBODY, ["Rate limit hit", "The phone number sent more messages per second than it may."]),
    fact(130472, &[400], A, NEVER, MARKETER, ["User's number is part of an experiment", "Meta holds marketing back from this person for an experiment. Not charged; use another way to reach them."]),
    fact(130497, &[403], SA, NEVER, OWNER, ["Business account is restricted from messaging users in this country", "The business may not message people in this country."]),
    fact(131000, &[500], SA, UNKNOWN, META, ["Something went wrong", "Meta failed for an unknown reason; the message may have been sent."]),
    fact(131005, &[403], S, PARK, OWNER, ["Access denied", "The permission is missing or was taken away."]),
    fact(131008, &[400], S, FIX, DEVELOPER, ["Required parameter is missing", "The request lacks a required field."]),
    fact(131009, &[400], SA, FIX, DEVELOPER, ["Parameter value is not valid", "A value in the request is out of bounds; also the answer to a reaction whose target can't be reacted to."]),
    fact(131014, &[], A, FIX, DEVELOPER, ["Request for url failed with error 404 (Not Found)", "The link of the media wasn't found."]),
    fact(131016, &[500], SA, UNKNOWN, META, ["Service unavailable", "Meta's service was down for a moment; the message may have been sent."]),
    fact(131020, &[400], SA, NEVER, MARKETER, ["Group invalid", "The group can't be written to, for example because nobody else is in it."]),
    fact(131021, &[400], SA, FIX, DEVELOPER, ["Recipient cannot be sender", "Sender and recipient are the same number."]),
    fact(131026, &[400], A, NEVER, RECIPIENT, ["Message undeliverable", "The message can't be delivered: not on WhatsApp, an old app, terms not accepted, or blocked. Meta doesn't say which."]),
    fact(131030, &[400], S, FIX, DEVELOPER, ["Recipient phone number not in allowed list", "A test number may only write to the recipients on its list."]),
    fact(131031, &[403], S, PARK, OWNER, ["Account has been locked", "The account is locked for breaking a policy, or its data (two-step PIN) doesn't match."]),
    fact(131037, &[400], SA, PARK, OWNER, ["WhatsApp provided number needs display name approval before message can be sent", "The number's display name isn't approved yet."]),
    fact(131041, &[400], S, NEVER, DEVELOPER, ["Group unknown", "The group doesn't exist."]),
    fact(131042, &[400], A, PARK, OWNER, ["Business eligibility payment issue", "The account's payment set-up prevents sending: no payment method or credit line, over its limit, or currency or time zone unset."]),
    fact(131044, &[400], A, PARK, OWNER, ["Business eligibility payment issue", "The account's payment set-up prevents calls."]),
    fact(131045, &[500], SA, PARK, DEVELOPER, ["Incorrect certificate", "The phone number isn't registered properly. Register it again."]),
    fact(131047, &[400], A, NEVER, MARKETER, ["Re-engagement message", "More than 24 hours have passed since this person last wrote. Send a template message."]),
    fact(131048, &[400], SA, NEVER, OWNER, ["Spam rate limit hit", "The number is restricted because earlier messages were blocked or reported as spam. Check its quality rating."]),
    fact(131049, &[400], A, NEVER, MARKETER, ["This message was not delivered to maintain healthy ecosystem engagement", "Meta limits how much marketing this person gets. Wait at least a day; trying again at once makes it worse."]),
    fact(131050, &[400], A, NEVER, MARKETER, ["User has stopped receiving marketing messages from this business", "This person turned marketing messages of this business off. Don't send them any until they turn them on again."]),
    fact(131051, &[400], SA, FIX, DEVELOPER, ["Unsupported message type", "WhatsApp doesn't support this type of message."]),
    fact(131052, &[400], A, NEVER, RECIPIENT, ["Media download error", "The media this person sent couldn't be fetched. Ask them to send it again."]),
    fact(131053, &[400], SA, FIX, DEVELOPER, ["Media upload error", "The media couldn't be used: wrong type, too large, or its link couldn't be fetched."]),
    fact(131055, &[400], S, FIX, DEVELOPER, ["Method not allowed", "This kind of message or call isn't allowed here."]),
    fact(131056, &[400, 429], SA, wait(6), NOBODY, ["(Business Account, Consumer Account) pair rate limit hit", "Too many messages to this one person in a short time."]),
    fact(131057, &[500], S, wait(60), NOBODY, ["Account in maintenance mode", "The number is being upgraded; it takes about a minute."]),
    fact(131059, &[400], S, FIX, DEVELOPER, ["Invalid cursor", "The page cursor isn't valid (any more)."]),
    fact(131060, &[], A, NEVER, RECIPIENT, ["Message unavailable", "The content of this message isn't available on this device."]),
    fact(131062, &[400], S, FIX, DEVELOPER, ["Business-scoped user ID recipients are not supported for this message", "This kind of message needs the person's phone number."]),
    fact(131063, &[400], S, FIX, DEVELOPER, ["Marketing messages are disabled on Cloud API", "Marketing has to go through the Marketing Messages API."]),
    fact(131064, &[400], SA, NEVER, OWNER, ["Messaging limit reached", "The messaging limit was reached because templates were wrongly classified."]),
    fact(131201, &[206], S, NEVER, DEVELOPER, ["Partial success", "Some of the group's participants couldn't be processed."]),
    fact(131202, &[400], SA, FIX, DEVELOPER, ["Duplicate participant", "A participant is listed twice."]),
    fact(131204, &[400], SA, FIX, DEVELOPER, ["Too many participants", "The group can't hold so many participants."]),
    fact(131207, &[403], SA, NEVER, OWNER, ["Group suspended", "The group is suspended."]),
    fact(131208, &[429], SA, wait(60), NOBODY, ["Group rate limit hit", "Too many group operations in a short time."]),
    fact(131209, &[400], SA, FIX, DEVELOPER, ["Group photo is not square", "The group's photo has to be square."]),
    fact(131210, &[400], SA, FIX, DEVELOPER, ["Group photo is too small", "The group's photo needs at least 192 pixels a side."]),
    fact(131211, &[400], SA, NEVER, OWNER, ["Maximum number of groups reached", "The number can't have more groups."]),
    fact(131212, &[400], SA, NEVER, DEVELOPER, ["Participant is not in the group", "This person isn't in the group."]),
    fact(131213, &[400], SA, NEVER, DEVELOPER, ["Join request no longer exists", "The request to join is gone."]),
    fact(131214, &[400], SA, NEVER, OWNER, ["Group creation disabled", "New groups are disabled because of too much marketing."]),
    fact(131215, &[400], SA, NEVER, OWNER, ["Phone number not eligible for groups", "This number can't use groups."]),
    fact(132000, &[400], S, FIX, DEVELOPER, ["Number of parameters does not match the expected number of params", "The template needs another number of values than were given."]),
    fact(132001, &[404], S, FIX, DEVELOPER, ["Template name does not exist in the translation", "The template doesn't exist in this language, or isn't approved."]),
    fact(132005, &[400], S, FIX, MARKETER, ["Translated text too long", "With these values the template's text is too long."]),
    fact(132007, &[400], S, FIX, MARKETER, ["Template format character policy violated", "The template's content breaks WhatsApp's rules for characters."]),
    fact(132008, &[400], S, FIX, DEVELOPER, ["Parameter value is not valid", "A value of the template isn't valid."]),
    fact(132012, &[400], S, FIX, DEVELOPER, ["Parameter format does not match format in the created template", "A value of the template has another form than the template expects."]),
    fact(132015, &[400], SA, wait(3 * HOUR), MARKETER, ["Template is paused", "WhatsApp paused the template for low quality."]),
    fact(132016, &[400], S, NEVER, MARKETER, ["Template is disabled", "WhatsApp disabled the template for good after several pauses."]),
    fact(132018, &[400], S, FIX, DEVELOPER, ["Template parameters are invalid", "A value of the template has a line break, a tab or more than four spaces in a row, or is otherwise invalid."]),
    fact(132068, &[400], S, FIX, DEVELOPER, ["Flow is in blocked state", "The form is blocked and has to be corrected."]),
    fact(132069, &[400], S, wait(HOUR), DEVELOPER, ["Flow is in throttled state", "The form is throttled: ten messages in the last hour."]),
    fact(133000, &[500], S, wait(60), DEVELOPER, ["Incomplete deregistration", "An earlier deregistration of the number didn't complete. Deregister it again."]),
    fact(133004, &[503], S, UNKNOWN, META, ["Server temporarily unavailable", "Meta's server was unavailable for a moment."]),
    fact(133005, &[400], S, FIX, DEVELOPER, ["Two-step verification PIN mismatch", "The number's two-step PIN is wrong."]),
    fact(133006, &[400], S, PARK, DEVELOPER, ["Phone number re-verification needed", "The phone number has to be verified again before it's registered."]),
    fact(133008, &[400], S, wait(HOUR), NOBODY, ["Too many two-step verification PIN guesses", "Too many wrong PINs; the details say how long to wait."]),
    fact(133009, &[400], S, wait(60), NOBODY, ["Two-step verification PIN guessed too fast", "The PIN was tried too quickly."]),
    fact(133010, &[400], S, PARK, DEVELOPER, ["Phone number not registered", "The phone number isn't registered with the Cloud API."]),
    fact(133015, &[400], S, wait(300), NOBODY, ["Please wait a few minutes before attempting to register this phone number", "The number was deleted a moment ago; wait five minutes."]),
    fact(133016, &[400], S, wait(72 * HOUR), NOBODY, ["Account register deregister rate limit exceeded", "The number was registered and deregistered too often; wait 72 hours."]),
    fact(134011, &[400], SA, FIX, OWNER, ["WhatsApp Payments terms of service not accepted", "Accept the payments terms first."]),
    fact(134100, &[400], S, FIX, DEVELOPER, ["Only marketing messages supported", "Only marketing templates go this way."]),
    fact(134101, &[400], S, wait(600), NOBODY, ["Template sync in progress", "The template is still being copied to the advertising account; it takes about ten minutes."]),
    fact(134102, &[500], S, FIX, OWNER, ["Template unavailable for use", "The template can't be used with the Marketing Messages API yet."]),
    fact(134103, &[400], S, FIX, DEVELOPER, ["Marketing Messages API error", "The Marketing Messages API refused the message."]),
    fact(135000, &[400], SA, FIX, DEVELOPER, ["Generic user error", "Something in the request is wrong; Meta doesn't say what."]),
    fact(136024, &[400], S, wait(HOUR), NOBODY, ["Verification code refused", "Too many verification codes were asked for."]),
    fact(136025, &[400], S, FIX, DEVELOPER, ["Verification code is wrong", "The verification code isn't the one that was sent."]),
    fact(137000, &[400], A, FIX, MARKETER, ["Recipient identity key hash mismatch", "The person's WhatsApp identity changed. Verify who they are before sending again."]),
    fact(138000, &[401], S, FIX, DEVELOPER, ["Calling not enabled", "Calling isn't switched on for this number."]),
    fact(138001, &[400], S, NEVER, RECIPIENT, ["Receiver uncallable", "This person can't be called."]),
    fact(138002, &[429], S, wait(60), NOBODY, ["Concurrent calls limit", "A thousand calls are going on at once."]),
    fact(138003, &[400], S, wait(60), DEVELOPER, ["Duplicate call", "A call with this person is already going on."]),
    fact(138004, &[500], S, wait(10), META, ["Connection error", "The call couldn't be connected."]),
    fact(138005, &[429], S, wait(60), NOBODY, ["Call rate limit exceeded", "Too many calls in a short time."]),
    fact(138006, &[401], S, FIX, RECIPIENT, ["No approved call permission from the recipient", "This person hasn't allowed calls."]),
    fact(138007, &[500], A, wait(10), DEVELOPER, ["Connection timeout error", "The call wasn't connected in time."]),
    fact(138009, &[400], S, wait(24 * HOUR), NOBODY, ["Call permission request limit hit", "This person was asked for permission to call too often."]),
    fact(138012, &[400], S, wait(24 * HOUR), NOBODY, ["Business-initiated call limit hit", "This person was called too often; the details say when the next call is possible."]),
    fact(138013, &[400], S, NEVER, MARKETER, ["Business-initiated calling is not available", "Businesses can't call people in this country."]),
    fact(138014, &[400], S, NEVER, OWNER, ["Calling is disabled", "Calling is disabled for this number because of low quality."]),
    fact(138015, &[400], S, NEVER, OWNER, ["Calling cannot be enabled", "The number's messaging limit is too low for calling."]),
    fact(138017, &[400], S, NEVER, DEVELOPER, ["Permanent call permission already exists", "This person has allowed calls for good already."]),
    fact(138018, &[400], S, FIX, DEVELOPER, ["Calling prerequisites not met", "Subscribe to the calls webhook or set up SIP first."]),
    fact(138019, &[400], A, wait(10), META, ["Call setup failed", "The call couldn't be set up."]),
    fact(138020, &[400], A, wait(10), DEVELOPER, ["Call relay failed", "The call's relay failed."]),
    fact(138021, &[400], A, wait(10), DEVELOPER, ["Media receive timeout", "No sound arrived from the business."]),
    fact(138022, &[400], A, wait(10), DEVELOPER, ["Media transmit timeout", "Sound couldn't be sent."]),
    fact(138023, &[400], A, wait(10), DEVELOPER, ["Call accepted without media", "The call was accepted without sound."]),
    fact(139000, &[400], S, NEVER, OWNER, ["Blocked by integrity", "The form can't be published or sent because the account broke a policy."]),
    fact(139001, &[400], S, FIX, DEVELOPER, ["Flow can't be updated", "A published form can't be changed."]),
    fact(139002, &[400], S, FIX, DEVELOPER, ["Publishing failed", "The form lacks an endpoint or key, or isn't valid."]),
    fact(139003, &[400], S, FIX, DEVELOPER, ["Can't deprecate flow", "Only a published form can be deprecated, and only once."]),
    fact(139004, &[400], S, FIX, DEVELOPER, ["Can't delete flow", "A published form can't be deleted."]),
    fact(139100, &[400], S, FIX, DEVELOPER, ["Failed to block or unblock some users", "Some of the people couldn't be blocked or unblocked; the answer says which."]),
    fact(139101, &[400], S, NEVER, OWNER, ["Block list limit reached", "The block list is full: 64,000 people. Unblock somebody first."]),
    fact(139102, &[409], S, wait(5), DEVELOPER, ["Block list concurrent update", "The block list was changed by somebody else at the same time."]),
    fact(139103, &[500], S, wait(10), META, ["Internal error while blocking", "Meta failed while changing the block list."]),
    fact(139200, &[400], SA, NEVER, OWNER, ["Direct Send blocked", "Sending without a template is blocked because earlier messages were in the wrong category."]),
    fact(141006, &[], S, FIX, OWNER, ["Health status: payment method", "A payment method is missing."]),
    fact(141010, &[], S, FIX, OWNER, ["Health status: phone number", "The phone number has a problem that limits sending."]),
    fact(141014, &[], S, FIX, MARKETER, ["Health status: template", "The template has a problem that limits sending."]),
    fact(147001, &[400], S, FIX, OWNER, ["Username is taken", "Another business has this username."]),
    fact(147002, &[400], S, FIX, OWNER, ["Account not eligible for a username", "The account's messaging limit is too low for a username."]),
    fact(147003, &[400], S, FIX, OWNER, ["Facebook Page not linked", "The username belongs to a Facebook Page that isn't linked."]),
    fact(147004, &[400], S, FIX, OWNER, ["Instagram account not linked", "The username belongs to an Instagram account that isn't linked."]),
    fact(147005, &[400], S, wait(HOUR), NOBODY, ["Username rate limit", "The username was changed too often."]),
    fact(200005, &[400], S, FIX, MARKETER, ["Template insights unavailable", "There are no insights for this template."]),
    fact(200006, &[400], S, FIX, MARKETER, ["Template insights cannot be disabled", "Template insights can't be switched off."]),
    fact(200007, &[400], S, FIX, MARKETER, ["Template insights not enabled", "Switch template insights on first."]),
    fact(1752041, &[400], S, FIX, DEVELOPER, ["Duplicate onboarding request", "Onboarding to the Marketing Messages API was asked for twice."]),
    fact(2388001, &[400], S, FIX, DEVELOPER, ["Number ownership must be verified", "Verify that the number is yours before moving it."]),
    fact(2388012, &[400], S, FIX, DEVELOPER, ["Number already listed", "The number is already in this account."]),
    fact(2388019, &[400], S, FIX, OWNER, ["Template limit reached", "The account can't have more templates."]),
    fact(2388023, &[400], S, FIX, MARKETER, ["Message template language is being deleted", "A template of this name and language was deleted less than 30 days ago. Use another name, or wait."]),
    fact(2388024, &[400], S, FIX, MARKETER, ["Content in this language already exists", "A template of this name exists in this language already."]),
    fact(2388039, &[400], S, FIX, MARKETER, ["Template format error", "The template's content isn't valid."]),
    fact(2388040, &[400], S, FIX, MARKETER, ["Template character limit exceeded", "A part of the template is too long."]),
    fact(2388043, &[400], S, FIX, MARKETER, ["Template is missing expected fields", "A part of the template lacks a field, mostly its example values."]),
    fact(2388047, &[400], S, FIX, MARKETER, ["Template header format error", "The template's header isn't valid."]),
    fact(2388072, &[400], S, FIX, MARKETER, ["Template body format error", "The template's body isn't valid."]),
    fact(2388073, &[400], S, FIX, MARKETER, ["Template footer format error", "The template's footer isn't valid."]),
    fact(2388091, &[400], S, FIX, DEVELOPER, ["Number not eligible for a code", "A verification code can't be sent to this number."]),
    fact(2388093, &[400], S, FIX, DEVELOPER, ["Number not eligible for a code", "A verification code can't be sent to this number."]),
    fact(2388103, &[400], S, FIX, DEVELOPER, ["Number cannot be migrated", "The number can't be moved to this account."]),
    fact(2388293, &[400], S, FIX, MARKETER, ["Template parameters words ratio exceeded", "The template has too many values for its length."]),
    fact(2388299, &[400], S, FIX, MARKETER, ["Template parameters at start or end", "The template's text may not start or end with a value."]),
    fact(2388318, &[400], S, NEVER, MARKETER, ["Direct Send template cannot be updated", "A template that Meta generated can't be edited."]),
    fact(2388330, &[400], S, NEVER, MARKETER, ["Direct Send template cannot be deleted", "A template that Meta generated can't be deleted."]),
    fact(2494100, &[400], S, wait(60), NOBODY, ["Number in maintenance", "The number is being upgraded."]),
    fact(2494164, &[400], S, FIX, DEVELOPER, ["Signup not found", "The sign-up doesn't exist."]),
    fact(2494165, &[400], S, FIX, DEVELOPER, ["Signup not enabled", "Sign-ups aren't switched on."]),
    fact(2494166, &[400], S, FIX, DEVELOPER, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494167, &[400], S, FIX, DEVELOPER, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494168, &[400], S, FIX, DEVELOPER, ["First signup must accept the terms", "The first sign-up has to accept the terms."]),
    fact(2494176, &[400], S, FIX, DEVELOPER, ["Terms already accepted", "The terms were accepted already and must not be accepted again."]),
    fact(2494177, &[400], S, FIX, DEVELOPER, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494179, &[400], S, FIX, DEVELOPER, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494191, &[400], S, FIX, DEVELOPER, ["Taking thread control is not permitted", "This app may not take over the conversation."]),
    fact(2593079, &[400], S, FIX, OWNER, ["Insights not available", "Insights aren't available for this account."]),
    fact(2593085, &[400], S, FIX, OWNER, ["Account cannot be moved", "The account's ownership can't be changed this way."]),
    fact(2593107, &[400], S, NEVER, DEVELOPER, ["Synchronization limit", "The app's history was synchronised too often."]),
    fact(2593108, &[400], S, NEVER, DEVELOPER, ["Synchronization outside 24 hours", "History can only be synchronised within a day of joining."]),
    fact(2593109, &[], A, NEVER, OWNER, ["History sharing declined", "The business declined to share its history."]),
];
