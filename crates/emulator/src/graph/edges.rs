//! What paths there are: a table that each room of the Graph API adds its lines to. Routing, permissions, counting and
//! the coverage page all read it.

use super::params::Params;
use super::{Room, batch};

/// What an id is. Templates of the same path are told apart by it: `/{id}/messages` needs a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No id: the path begins with a word.
    Root,
    App,
    Business,
    Waba,
    Number,
    Template,
    TemplateGroup,
    Media,
    Group,
    /// What Meta calls a Flow.
    Form,
    /// A resumable upload.
    Upload,
    /// A multi-partner solution.
    Solution,
    /// An intent to move an account.
    Intent,
    /// A number of a partner's pool.
    Preverified,
    CreditLine,
    /// A sharing of a credit line.
    Allocation,
    User,
    /// A business profile by an id of its own.
    Profile,
    /// Conversational components by an id of their own.
    Bot,
    /// A phone number by the id of its account number.
    AccountNumber,
    /// What became of a message.
    History,
}

/// What a token must be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A good token is enough; not counted.
    Any,
    /// No token at all.
    Open,
    /// `whatsapp_business_messaging`; counted by its own limits.
    Messaging,
    /// `whatsapp_business_management`; counted per app, WABA and hour.
    Management,
    /// `business_management`; counted per app, portfolio and hour.
    Portfolio,
}

/// One path of one kind of node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub kind: Kind,
    /// What follows the id, `*` for a part that varies; empty for the node itself.
    pub path: &'static str,
    /// `GET`, `POST` and `DELETE`, separated by spaces.
    pub verbs: &'static str,
    pub scope: Scope,
}

pub(super) const fn edge(kind: Kind, path: &'static str, verbs: &'static str, scope: Scope) -> Edge {
    Edge { kind, path, verbs, scope }
}

impl Edge {
    fn is(&self, kind: Kind, rest: &[&str]) -> bool {
        let mut parts = self.path.split('/').filter(|part| !part.is_empty());
        self.kind == kind
            && rest.iter().all(|given| parts.next().is_some_and(|part| part == "*" || part == *given))
            && parts.next().is_none()
    }

    fn takes(&self, verb: &str) -> bool {
        self.verbs.split(' ').any(|known| known == verb)
    }
}

/// What a path leads to.
pub(super) enum Found {
    /// The room that answers, and what it asks of the token.
    Room(Room, Scope),
    /// The path exists for this kind, but not with this verb.
    WrongVerb,
    /// No node of this kind has it.
    Unknown,
}

pub(super) fn find(kind: Kind, rest: &[&str], verb: &str) -> Found {
    let lines = || Room::ALL.iter().flat_map(|room| room.edges().iter().map(move |edge| (*room, edge)));
    let mut same = lines().filter(|(_, edge)| edge.is(kind, rest)).peekable();
    if same.peek().is_none() {
        // A path of another kind of node is told from one that nobody has.
        let elsewhere = lines().any(|(_, edge)| !rest.is_empty() && edge.is(edge.kind, rest));
        return if elsewhere || rest.is_empty() { Found::WrongVerb } else { Found::Unknown };
    }
    same.find(|(_, edge)| edge.takes(verb))
        .map_or(Found::WrongVerb, |(room, edge)| Found::Room(room, edge.scope))
}

/// What faults call a request.
pub(super) fn kind(params: &Params) -> &'static str {
    let segments: Vec<&str> = params.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [] if batch::is_one(params) => "batch",
        ["oauth", ..] | ["debug_token"] => "oauth",
        ["whatsapp_business", "attachments"] => "download",
        [_, "messages"] if params.get("status").is_some() => "read",
        [_, "messages" | "marketing_messages"] => "send",
        [_, "media"] => "media",
        [_, "message_templates", ..] => "templates",
        [_, "calls" | "call_permissions"] => "calls",
        [_, "groups" | "invite_link" | "join_requests" | "participants"] => "groups",
        [_, "subscriptions" | "subscribed_apps"] => "subscriptions",
        [_, "flows" | "migrate_flows" | "assets" | "publish" | "deprecate"] => "forms",
        [_, "phone_numbers" | "register" | "deregister" | "whatsapp_business_profile"] => "phone",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_vary_match_anything_and_length_counts() {
        let line = edge(Kind::Number, "message_qrdls/*", "GET DELETE", Scope::Management);
        assert!(line.is(Kind::Number, &["message_qrdls", "4O4YGZEG3RIVE1"]));
        assert!(!line.is(Kind::Number, &["message_qrdls"]) && !line.is(Kind::Waba, &["message_qrdls", "x"]));
        assert!(line.takes("DELETE") && !line.takes("POST"));
        assert!(edge(Kind::Waba, "", "GET", Scope::Management).is(Kind::Waba, &[]));
    }

    #[test]
    fn no_two_rooms_answer_the_same_call() {
        let mut seen = Vec::new();
        for edge in Room::ALL.iter().flat_map(|room| room.edges()) {
            for verb in edge.verbs.split(' ') {
                let line = (edge.kind, edge.path, verb);
                assert!(!seen.contains(&line), "{line:?} twice");
                seen.push(line);
            }
        }
    }
}
