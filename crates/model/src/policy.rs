//! "May we?", answered in one place (invariant I5): API, inbox, rules, flows and campaigns ask the same function.

use crate::{
    Timestamp,
    contact::{Address, Contact},
    conversation::ServiceWindow,
    message::SendKind,
};

/// Why a message may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The service window is closed: only a template may be sent. `since` is `None` when the contact never wrote.
    #[error("the service window is closed; only a template may be sent")]
    WindowClosed {
        /// When it closed.
        since: Option<Timestamp>,
    },
    /// The contact has neither a phone number nor a BSUID.
    #[error("the contact has no address on WhatsApp")]
    NoAddress,
}

/// Whether a message of `kind` may be sent to `contact` now, and to which address.
///
/// Asked when a message is enqueued; Meta has the last word (131047) if the window closes while it waits.
pub fn may_send(
    contact: &Contact,
    kind: SendKind,
    window: ServiceWindow,
    now: Timestamp,
) -> Result<Address, Refusal> {
    let address = contact.address().ok_or(Refusal::NoAddress)?;
    match kind {
        SendKind::FreeForm if !window.is_open(now) => Err(Refusal::WindowClosed { since: window.expires_at }),
        SendKind::FreeForm | SendKind::Template | SendKind::Reaction => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contact::{Identity, IdentityKind},
        id::ContactId,
    };

    fn contact(identities: Vec<Identity>) -> Contact {
        Contact {
            id: ContactId(uuid::Uuid::nil()),
            name: "Ana".into(),
            identities,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_free_form_messages_need_the_window() {
        let ana = contact(vec![Identity::new(IdentityKind::Phone, "34600")]);
        let now = Timestamp::from_second(1_000_000).unwrap();
        let open = ServiceWindow { expires_at: Some(Timestamp::from_second(1_000_001).unwrap()) };
        let closed = ServiceWindow { expires_at: Some(now) };
        let to = Address::Phone("34600".into());
        assert_eq!(may_send(&ana, SendKind::FreeForm, open, now), Ok(to.clone()));
        assert_eq!(
            may_send(&ana, SendKind::FreeForm, closed, now),
            Err(Refusal::WindowClosed { since: Some(now) })
        );
        assert_eq!(
            may_send(&ana, SendKind::FreeForm, ServiceWindow::default(), now),
            Err(Refusal::WindowClosed { since: None })
        );
        assert_eq!(may_send(&ana, SendKind::Template, closed, now), Ok(to.clone()));
        assert_eq!(may_send(&ana, SendKind::Reaction, closed, now), Ok(to));
    }

    #[test]
    fn a_username_alone_is_no_address() {
        let nobody = contact(vec![Identity::new(IdentityKind::Username, "ana")]);
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            may_send(&nobody, SendKind::Template, ServiceWindow::default(), now),
            Err(Refusal::NoAddress)
        );
    }
}
