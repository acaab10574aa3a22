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

/// What is known about one error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorFact {
    /// Meta's code, or the subcode of a code 100.
    pub code: i64,
    /// Meta's short name.
    pub title: &'static str,
    /// HTTP status of the answer; 0 when Meta documents none.
    pub http_status: u16,
    /// Where it shows itself.
    pub arrives: Arrives,
    /// What to do about it.
    pub disposition: Disposition,
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

/// All facts, ascending by code. The row of code 200 stands for 200 to 299.
pub fn all() -> &'static [ErrorFact] {
    TABLE
}

const fn fact(
    code: i64,
    http_status: u16,
    arrives: Arrives,
    disposition: Disposition,
    texts: [&'static str; 2],
) -> ErrorFact {
    ErrorFact { code, title: texts[0], http_status, arrives, disposition, meaning: texts[1] }
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

#[rustfmt::skip]
static TABLE: &[ErrorFact] = &[
    fact(0, 401, S, PARK, ["AuthException", "The access token is invalid or its app user can't be authenticated. A new token is needed."]),
    fact(1, 400, S, UNKNOWN, ["API Unknown", "The request was malformed or Meta had a hiccup; the message may have been sent."]),
    fact(2, 503, S, UNKNOWN, ["API Service", "Meta's service was down for a moment; the message may have been sent."]),
    fact(3, 500, S, PARK, ["API Method", "The app lacks a capability or permission for this call."]),
    fact(4, 400, S, wait(60), ["API Too Many Calls", "The app has used up its hourly calls."]),
    fact(10, 403, S, PARK, ["Permission Denied", "The permission is missing or was taken away."]),
    fact(33, 400, S, PARK, ["Parameter value is not valid", "The phone number was deleted, or its id is wrong."]),
    fact(100, 400, S, FIX, ["Invalid parameter", "The request has an unknown, misspelt or unsupported field or value."]),
    fact(104, 400, S, PARK, ["Access token required", "The request carried no access token."]),
    fact(190, 401, S, PARK, ["Access token expired", "The access token is expired, revoked or unreadable. A new token is needed."]),
    fact(200, 403, S, PARK, ["API Permission", "The token may not do this with this account."]),
    fact(368, 403, S, PARK, ["Temporarily blocked for policies violations", "The WhatsApp Business Account is restricted for breaking a policy."]),
    fact(613, 429, S, wait(60), ["Call permission request limit hit", "Too many calls of this kind in a short time."]),
    fact(2500, 400, S, FIX, ["Unknown path components", "The address of the request doesn't exist, or the access token is missing."]),
    fact(80007, 400, S, wait(60), ["Rate limit issues", "The WhatsApp Business Account has used up its hourly calls."]),
    fact(130403, 0, SA, NEVER, ["Recipient blocked by business", "The business has blocked this person. Unblock them first."]),
    fact(130429, 400, SA, wait(1), ["Rate limit hit", "The phone number sent more messages per second than it may."]),
    fact(130472, 400, A, NEVER, ["User's number is part of an experiment", "Meta holds marketing back from this person for an experiment. Not charged; use another way to reach them."]),
    fact(130497, 403, SA, NEVER, ["Business account is restricted from messaging users in this country", "The business may not message people in this country."]),
    fact(131000, 500, SA, UNKNOWN, ["Something went wrong", "Meta failed for an unknown reason; the message may have been sent."]),
    fact(131005, 403, S, PARK, ["Access denied", "The permission is missing or was taken away."]),
    fact(131008, 400, S, FIX, ["Required parameter is missing", "The request lacks a required field."]),
    fact(131009, 400, SA, FIX, ["Parameter value is not valid", "A value in the request is out of bounds; also the answer to a reaction whose target can't be reacted to."]),
    fact(131014, 0, A, FIX, ["Request for url failed with error 404 (Not Found)", "The link of the media wasn't found."]),
    fact(131016, 500, SA, UNKNOWN, ["Service unavailable", "Meta's service was down for a moment; the message may have been sent."]),
    fact(131020, 400, SA, NEVER, ["Group invalid", "The group can't be written to, for example because nobody else is in it."]),
    fact(131021, 400, SA, FIX, ["Recipient cannot be sender", "Sender and recipient are the same number."]),
    fact(131026, 400, A, NEVER, ["Message undeliverable", "The message can't be delivered: not on WhatsApp, an old app, terms not accepted, or blocked. Meta doesn't say which."]),
    fact(131030, 400, S, FIX, ["Recipient phone number not in allowed list", "A test number may only write to the recipients on its list."]),
    fact(131031, 403, S, PARK, ["Account has been locked", "The account is locked for breaking a policy, or its data (two-step PIN) doesn't match."]),
    fact(131037, 400, SA, PARK, ["WhatsApp provided number needs display name approval before message can be sent", "The number's display name isn't approved yet."]),
    fact(131041, 400, S, NEVER, ["Group unknown", "The group doesn't exist."]),
    fact(131042, 400, A, PARK, ["Business eligibility payment issue", "The account's payment set-up prevents sending: no payment method or credit line, over its limit, or currency or time zone unset."]),
    fact(131044, 400, A, PARK, ["Business eligibility payment issue", "The account's payment set-up prevents calls."]),
    fact(131045, 500, SA, PARK, ["Incorrect certificate", "The phone number isn't registered properly. Register it again."]),
    fact(131047, 400, A, NEVER, ["Re-engagement message", "More than 24 hours have passed since this person last wrote. Send a template message."]),
    fact(131048, 400, SA, NEVER, ["Spam rate limit hit", "The number is restricted because earlier messages were blocked or reported as spam. Check its quality rating."]),
    fact(131049, 400, A, NEVER, ["This message was not delivered to maintain healthy ecosystem engagement", "Meta limits how much marketing this person gets. Wait at least a day; trying again at once makes it worse."]),
    fact(131050, 400, A, NEVER, ["User has stopped receiving marketing messages from this business", "This person turned marketing messages of this business off. Don't send them any until they turn them on again."]),
    fact(131051, 400, SA, FIX, ["Unsupported message type", "WhatsApp doesn't support this type of message."]),
    fact(131052, 400, A, NEVER, ["Media download error", "The media this person sent couldn't be fetched. Ask them to send it again."]),
    fact(131053, 400, SA, FIX, ["Media upload error", "The media couldn't be used: wrong type, too large, or its link couldn't be fetched."]),
    fact(131055, 400, S, FIX, ["Method not allowed", "This kind of message or call isn't allowed here."]),
    fact(131056, 400, SA, wait(6), ["(Business Account, Consumer Account) pair rate limit hit", "Too many messages to this one person in a short time."]),
    fact(131057, 500, S, wait(60), ["Account in maintenance mode", "The number is being upgraded; it takes about a minute."]),
    fact(131059, 400, S, FIX, ["Invalid cursor", "The page cursor isn't valid (any more)."]),
    fact(131060, 0, A, NEVER, ["Message unavailable", "The content of this message isn't available on this device."]),
    fact(131062, 400, S, FIX, ["Business-scoped user ID recipients are not supported for this message", "This kind of message needs the person's phone number."]),
    fact(131063, 400, S, FIX, ["Marketing messages are disabled on Cloud API", "Marketing has to go through the Marketing Messages API."]),
    fact(131064, 400, SA, NEVER, ["Messaging limit reached", "The messaging limit was reached because templates were wrongly classified."]),
    fact(131201, 206, S, NEVER, ["Partial success", "Some of the group's participants couldn't be processed."]),
    fact(131202, 400, SA, FIX, ["Duplicate participant", "A participant is listed twice."]),
    fact(131204, 400, SA, FIX, ["Too many participants", "The group can't hold so many participants."]),
    fact(131207, 403, SA, NEVER, ["Group suspended", "The group is suspended."]),
    fact(131208, 429, SA, wait(60), ["Group rate limit hit", "Too many group operations in a short time."]),
    fact(131209, 400, SA, FIX, ["Group photo is not square", "The group's photo has to be square."]),
    fact(131210, 400, SA, FIX, ["Group photo is too small", "The group's photo needs at least 192 pixels a side."]),
    fact(131211, 400, SA, NEVER, ["Maximum number of groups reached", "The number can't have more groups."]),
    fact(131212, 400, SA, NEVER, ["Participant is not in the group", "This person isn't in the group."]),
    fact(131213, 400, SA, NEVER, ["Join request no longer exists", "The request to join is gone."]),
    fact(131214, 400, SA, NEVER, ["Group creation disabled", "New groups are disabled because of too much marketing."]),
    fact(131215, 400, SA, NEVER, ["Phone number not eligible for groups", "This number can't use groups."]),
    fact(132000, 400, S, FIX, ["Number of parameters does not match the expected number of params", "The template needs another number of values than were given."]),
    fact(132001, 404, S, FIX, ["Template name does not exist in the translation", "The template doesn't exist in this language, or isn't approved."]),
    fact(132005, 400, S, FIX, ["Translated text too long", "With these values the template's text is too long."]),
    fact(132007, 400, S, FIX, ["Template format character policy violated", "The template's content breaks WhatsApp's rules for characters."]),
    fact(132008, 400, S, FIX, ["Parameter value is not valid", "A value of the template isn't valid."]),
    fact(132012, 400, S, FIX, ["Parameter format does not match format in the created template", "A value of the template has another form than the template expects."]),
    fact(132015, 400, SA, wait(3 * HOUR), ["Template is paused", "WhatsApp paused the template for low quality."]),
    fact(132016, 400, S, NEVER, ["Template is disabled", "WhatsApp disabled the template for good after several pauses."]),
    fact(132018, 400, S, FIX, ["Template parameters are invalid", "A value of the template has a line break, a tab or more than four spaces in a row, or is otherwise invalid."]),
    fact(132068, 400, S, FIX, ["Flow is in blocked state", "The form is blocked and has to be corrected."]),
    fact(132069, 400, S, wait(HOUR), ["Flow is in throttled state", "The form is throttled: ten messages in the last hour."]),
    fact(133000, 500, S, wait(60), ["Incomplete deregistration", "An earlier deregistration of the number didn't complete. Deregister it again."]),
    fact(133004, 503, S, UNKNOWN, ["Server temporarily unavailable", "Meta's server was unavailable for a moment."]),
    fact(133005, 400, S, FIX, ["Two-step verification PIN mismatch", "The number's two-step PIN is wrong."]),
    fact(133006, 400, S, PARK, ["Phone number re-verification needed", "The phone number has to be verified again before it's registered."]),
    fact(133008, 400, S, wait(HOUR), ["Too many two-step verification PIN guesses", "Too many wrong PINs; the details say how long to wait."]),
    fact(133009, 400, S, wait(60), ["Two-step verification PIN guessed too fast", "The PIN was tried too quickly."]),
    fact(133010, 400, S, PARK, ["Phone number not registered", "The phone number isn't registered with the Cloud API."]),
    fact(133015, 400, S, wait(300), ["Please wait a few minutes before attempting to register this phone number", "The number was deleted a moment ago; wait five minutes."]),
    fact(133016, 400, S, wait(72 * HOUR), ["Account register deregister rate limit exceeded", "The number was registered and deregistered too often; wait 72 hours."]),
    fact(134011, 400, SA, FIX, ["WhatsApp Payments terms of service not accepted", "Accept the payments terms first."]),
    fact(134100, 400, S, FIX, ["Only marketing messages supported", "Only marketing templates go this way."]),
    fact(134101, 400, S, wait(600), ["Template sync in progress", "The template is still being copied to the advertising account; it takes about ten minutes."]),
    fact(134102, 500, S, FIX, ["Template unavailable for use", "The template can't be used with the Marketing Messages API yet."]),
    fact(134103, 400, S, FIX, ["Marketing Messages API error", "The Marketing Messages API refused the message."]),
    fact(135000, 400, SA, FIX, ["Generic user error", "Something in the request is wrong; Meta doesn't say what."]),
    fact(136024, 400, S, wait(HOUR), ["Verification code refused", "Too many verification codes were asked for."]),
    fact(136025, 400, S, FIX, ["Verification code is wrong", "The verification code isn't the one that was sent."]),
    fact(137000, 400, A, FIX, ["Recipient identity key hash mismatch", "The person's WhatsApp identity changed. Verify who they are before sending again."]),
    fact(138000, 401, S, FIX, ["Calling not enabled", "Calling isn't switched on for this number."]),
    fact(138001, 400, S, NEVER, ["Receiver uncallable", "This person can't be called."]),
    fact(138002, 429, S, wait(60), ["Concurrent calls limit", "A thousand calls are going on at once."]),
    fact(138003, 400, S, wait(60), ["Duplicate call", "A call with this person is already going on."]),
    fact(138004, 500, S, wait(10), ["Connection error", "The call couldn't be connected."]),
    fact(138005, 429, S, wait(60), ["Call rate limit exceeded", "Too many calls in a short time."]),
    fact(138006, 401, S, FIX, ["No approved call permission from the recipient", "This person hasn't allowed calls."]),
    fact(138007, 500, A, wait(10), ["Connection timeout error", "The call wasn't connected in time."]),
    fact(138009, 400, S, wait(24 * HOUR), ["Call permission request limit hit", "This person was asked for permission to call too often."]),
    fact(138012, 400, S, wait(24 * HOUR), ["Business-initiated call limit hit", "This person was called too often; the details say when the next call is possible."]),
    fact(138013, 400, S, NEVER, ["Business-initiated calling is not available", "Businesses can't call people in this country."]),
    fact(138014, 400, S, NEVER, ["Calling is disabled", "Calling is disabled for this number because of low quality."]),
    fact(138015, 400, S, NEVER, ["Calling cannot be enabled", "The number's messaging limit is too low for calling."]),
    fact(138017, 400, S, NEVER, ["Permanent call permission already exists", "This person has allowed calls for good already."]),
    fact(138018, 400, S, FIX, ["Calling prerequisites not met", "Subscribe to the calls webhook or set up SIP first."]),
    fact(138019, 400, A, wait(10), ["Call setup failed", "The call couldn't be set up."]),
    fact(138020, 400, A, wait(10), ["Call relay failed", "The call's relay failed."]),
    fact(138021, 400, A, wait(10), ["Media receive timeout", "No sound arrived from the business."]),
    fact(138022, 400, A, wait(10), ["Media transmit timeout", "Sound couldn't be sent."]),
    fact(138023, 400, A, wait(10), ["Call accepted without media", "The call was accepted without sound."]),
    fact(139000, 400, S, NEVER, ["Blocked by integrity", "The form can't be published or sent because the account broke a policy."]),
    fact(139001, 400, S, FIX, ["Flow can't be updated", "A published form can't be changed."]),
    fact(139002, 400, S, FIX, ["Publishing failed", "The form lacks an endpoint or key, or isn't valid."]),
    fact(139003, 400, S, FIX, ["Can't deprecate flow", "Only a published form can be deprecated, and only once."]),
    fact(139004, 400, S, FIX, ["Can't delete flow", "A published form can't be deleted."]),
    fact(139100, 400, S, FIX, ["Failed to block or unblock some users", "Some of the people couldn't be blocked or unblocked; the answer says which."]),
    fact(139101, 400, S, NEVER, ["Block list limit reached", "The block list is full."]),
    fact(139102, 409, S, wait(5), ["Block list concurrent update", "The block list was changed by somebody else at the same time."]),
    fact(139103, 500, S, wait(10), ["Internal error while blocking", "Meta failed while changing the block list."]),
    fact(139200, 400, SA, NEVER, ["Direct Send blocked", "Sending without a template is blocked because earlier messages were in the wrong category."]),
    fact(141006, 0, S, FIX, ["Health status: payment method", "A payment method is missing."]),
    fact(141010, 0, S, FIX, ["Health status: phone number", "The phone number has a problem that limits sending."]),
    fact(141014, 0, S, FIX, ["Health status: template", "The template has a problem that limits sending."]),
    fact(147001, 400, S, FIX, ["Username is taken", "Another business has this username."]),
    fact(147002, 400, S, FIX, ["Account not eligible for a username", "The account's messaging limit is too low for a username."]),
    fact(147003, 400, S, FIX, ["Facebook Page not linked", "The username belongs to a Facebook Page that isn't linked."]),
    fact(147004, 400, S, FIX, ["Instagram account not linked", "The username belongs to an Instagram account that isn't linked."]),
    fact(147005, 400, S, wait(HOUR), ["Username rate limit", "The username was changed too often."]),
    fact(200005, 400, S, FIX, ["Template insights unavailable", "There are no insights for this template."]),
    fact(200006, 400, S, FIX, ["Template insights cannot be disabled", "Template insights can't be switched off."]),
    fact(200007, 400, S, FIX, ["Template insights not enabled", "Switch template insights on first."]),
    fact(1752041, 400, S, FIX, ["Duplicate onboarding request", "Onboarding to the Marketing Messages API was asked for twice."]),
    fact(2388001, 400, S, FIX, ["Number ownership must be verified", "Verify that the number is yours before moving it."]),
    fact(2388012, 400, S, FIX, ["Number already listed", "The number is already in this account."]),
    fact(2388019, 400, S, FIX, ["Template limit reached", "The account can't have more templates."]),
    fact(2388039, 400, S, FIX, ["Template format error", "The template's content isn't valid."]),
    fact(2388040, 400, S, FIX, ["Template character limit exceeded", "A part of the template is too long."]),
    fact(2388047, 400, S, FIX, ["Template header format error", "The template's header isn't valid."]),
    fact(2388072, 400, S, FIX, ["Template body format error", "The template's body isn't valid."]),
    fact(2388073, 400, S, FIX, ["Template footer format error", "The template's footer isn't valid."]),
    fact(2388091, 400, S, FIX, ["Number not eligible for a code", "A verification code can't be sent to this number."]),
    fact(2388093, 400, S, FIX, ["Number not eligible for a code", "A verification code can't be sent to this number."]),
    fact(2388103, 400, S, FIX, ["Number cannot be migrated", "The number can't be moved to this account."]),
    fact(2388293, 400, S, FIX, ["Template parameters words ratio exceeded", "The template has too many values for its length."]),
    fact(2388299, 400, S, FIX, ["Template parameters at start or end", "The template's text may not start or end with a value."]),
    fact(2388318, 400, S, NEVER, ["Direct Send template cannot be updated", "A template that Meta generated can't be edited."]),
    fact(2388330, 400, S, NEVER, ["Direct Send template cannot be deleted", "A template that Meta generated can't be deleted."]),
    fact(2494100, 400, S, wait(60), ["Number in maintenance", "The number is being upgraded."]),
    fact(2494164, 400, S, FIX, ["Signup not found", "The sign-up doesn't exist."]),
    fact(2494165, 400, S, FIX, ["Signup not enabled", "Sign-ups aren't switched on."]),
    fact(2494166, 400, S, FIX, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494167, 400, S, FIX, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494168, 400, S, FIX, ["First signup must accept the terms", "The first sign-up has to accept the terms."]),
    fact(2494176, 400, S, FIX, ["Terms already accepted", "The terms were accepted already and must not be accepted again."]),
    fact(2494177, 400, S, FIX, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494179, 400, S, FIX, ["Signup invalid", "The sign-up isn't valid."]),
    fact(2494191, 400, S, FIX, ["Taking thread control is not permitted", "This app may not take over the conversation."]),
    fact(2593079, 400, S, FIX, ["Insights not available", "Insights aren't available for this account."]),
    fact(2593085, 400, S, FIX, ["Account cannot be moved", "The account's ownership can't be changed this way."]),
    fact(2593107, 400, S, NEVER, ["Synchronization limit", "The app's history was synchronised too often."]),
    fact(2593108, 400, S, NEVER, ["Synchronization outside 24 hours", "History can only be synchronised within a day of joining."]),
    fact(2593109, 400, SA, NEVER, ["History sharing declined", "The business declined to share its history."]),
];
