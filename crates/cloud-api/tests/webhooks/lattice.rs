//! Statuses combine in every order to the same answer.

use cloud_api::webhook::{self, Status, StatusKind, advance};
use proptest::prelude::*;

#[test]
fn statuses_combine_to_the_furthest() {
    use StatusKind::{Accepted, Delivered, Failed, Played, Read, Sent};
    let order = [Accepted, Sent, Failed, Delivered, Read, Played];
    for (i, a) in order.iter().enumerate() {
        for (j, b) in order.iter().enumerate() {
            assert_eq!(advance(a, b), order[i.max(j)], "{a} then {b}");
        }
        assert_eq!(advance(a, &StatusKind::Other("smelled".into())), *a);
        assert_eq!(advance(a, &StatusKind::Captured), *a);
    }
    assert_eq!(advance(&StatusKind::Deleted, &Sent), Sent);
}

/// Every known word, and words made up or spelled by hand.
fn kind() -> impl Strategy<Value = StatusKind> {
    prop_oneof![
        4 => proptest::sample::select(StatusKind::KNOWN).prop_map(StatusKind::from),
        1 => proptest::sample::select(StatusKind::KNOWN).prop_map(|word| StatusKind::Other(word.to_owned())),
        1 => "[a-z]{0,4}".prop_map(StatusKind::Other),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn advancing_is_the_join_of_a_lattice(a in kind(), b in kind(), c in kind()) {
        prop_assert_eq!(advance(&a, &a), a.clone());
        prop_assert_eq!(advance(&a, &b), advance(&b, &a));
        prop_assert_eq!(advance(&advance(&a, &b), &c), advance(&a, &advance(&b, &c)));
        // Never backwards: what was reached is at or below what is reached now.
        let joined = advance(&a, &b);
        prop_assert_eq!(advance(&joined, &a), joined.clone());
        prop_assert_eq!(advance(&joined, &b), joined.clone());
        prop_assert!(joined == a || joined == b);
    }

    #[test]
    fn every_order_of_the_same_statuses_ends_the_same(
        statuses in prop::collection::vec(kind(), 1..8).prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        let (ordered, shuffled) = statuses;
        let end = |list: &[StatusKind]| {
            list.iter().fold(StatusKind::Accepted, |reached, heard| advance(&reached, heard))
        };
        prop_assert_eq!(end(&ordered), end(&shuffled));
    }
}

#[test]
fn a_message_that_arrived_has_not_failed_whichever_is_heard_first() {
    for arrived in [StatusKind::Delivered, StatusKind::Read, StatusKind::Played] {
        assert_eq!(advance(&StatusKind::Failed, &arrived), arrived);
        assert_eq!(advance(&arrived, &StatusKind::Failed), arrived);
    }
    assert_eq!(advance(&StatusKind::Sent, &StatusKind::Failed), StatusKind::Failed);
}

#[test]
fn a_payment_that_failed_is_not_a_message_that_failed() {
    let read = |status: serde_json::Value| -> Status {
        let body = serde_json::json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
            {"field": "messages", "value": {"statuses": [status]}}]}]});
        let envelope = webhook::parse(body.to_string().as_bytes()).unwrap();
        let (_, change) = envelope.changes().next().unwrap();
        change.value.as_messages().unwrap().statuses.clone().unwrap().remove(0)
    };
    let payment = read(serde_json::json!({"id": "wamid.1", "status": "failed", "type": "payment"}));
    assert_eq!((payment.status.as_ref(), payment.delivery()), (Some(&StatusKind::Failed), None));
    let message = read(serde_json::json!({"id": "wamid.1", "status": "failed"}));
    assert_eq!(message.delivery(), Some(&StatusKind::Failed));
}
