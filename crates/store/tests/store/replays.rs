use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    delivery::DeliveryState,
    id::{DeliveryId, MessageId},
    message::Message,
};
use store::{
    deliveries, messages,
    replays::{self, Window},
};

on_both! {
    a_window_holds_what_was_stored_in_it_in_order
    what_was_handled_waits_again_and_what_waits_is_left_alone
    a_window_is_all_when_nothing_lies_outside_and_nothing_is_gone
}

const WINDOW: fn() -> Window = || Window { from: at(10), to: at(20) };

async fn add(db: &TestDb, shop: Shop, k: u32, received: i64, state: Option<DeliveryState>) -> DeliveryId {
    let id = DeliveryId(shop.id(k.into()));
    db.write(move |w| {
        deliveries::insert(w, id, shop.org, shop.app, b"{}", at(received))?;
        match state {
            None => Ok(()),
            Some(state) => deliveries::finish(w, shop.org, id, state, None, None, at(received)),
        }
    })
    .await;
    id
}

async fn a_window_holds_what_was_stored_in_it_in_order(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, 1, 9, Some(DeliveryState::Done)).await;
    let second = add(&db, shop, 2, 10, Some(DeliveryState::Done)).await;
    let third = add(&db, shop, 3, 11, None).await;
    let fourth = add(&db, shop, 4, 19, Some(DeliveryState::Failed)).await;
    add(&db, shop, 5, 20, Some(DeliveryState::Done)).await;
    let page = async |after, limit| -> Vec<DeliveryId> {
        let page = db.read(move |r| replays::page(r, WINDOW(), after, limit)).await;
        page.into_iter().map(|delivery| delivery.id).collect()
    };
    assert_eq!(page(DeliveryId(shop.id(0)), 2).await, [second, third]);
    assert_eq!(page(third, 2).await, [fourth]);
    let outcomes = db.read(|r| replays::outcomes(r, WINDOW())).await;
    let expected = [("done", 1), ("failed", 1), ("pending", 1)].map(|(state, many)| (state.to_owned(), many));
    assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), expected);
}

async fn what_was_handled_waits_again_and_what_waits_is_left_alone(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, 1, 9, Some(DeliveryState::Done)).await;
    add(&db, shop, 2, 10, Some(DeliveryState::Done)).await;
    let waits = add(&db, shop, 3, 11, None).await;
    db.write(move |w| deliveries::put_off(w, shop.org, waits, at(99), "later")).await;
    let last = add(&db, shop, 4, 12, Some(DeliveryState::Failed)).await;
    add(&db, shop, 5, 13, Some(DeliveryState::Done)).await;
    let again = async |after| db.write(move |w| replays::again(w, WINDOW(), after, 2, at(50))).await;
    assert_eq!(again(DeliveryId(shop.id(0))).await, Some(last));
    assert_eq!(db.read(move |r| replays::untried(r, WINDOW(), last)).await, 2);
    let due = db.read(move |r| deliveries::waiting(r, shop.app, at(50), 9, 99)).await;
    let due: Vec<_> = due.into_iter().map(|waiting| waiting.id).collect();
    assert_eq!(due, [DeliveryId(shop.id(2)), last], "the one that was put off keeps its moment");
    assert_eq!(again(last).await, Some(DeliveryId(shop.id(5))));
    assert_eq!(again(DeliveryId(shop.id(5))).await, None);
}

async fn a_window_is_all_when_nothing_lies_outside_and_nothing_is_gone(db: TestDb) {
    let shop = db.shop(1).await;
    let all = async || db.read(|r| replays::is_all(r, WINDOW())).await;
    assert!(all().await);
    let id = add(&db, shop, 1, 10, Some(DeliveryState::Done)).await;
    let message =
        Message { cause: model::cause::Cause::Delivery(id), id: MessageId(shop.id(1)), ..shop.inbound(1) };
    db.write(move |w| messages::insert(w, shop.org, &message)).await;
    assert!(all().await);
    add(&db, shop, 2, 20, None).await;
    assert!(!all().await, "one came after the window");
    let gone = "DELETE FROM webhook_deliveries";
    db.write(|w| w.exec(gone, Vec::new())).await;
    assert!(!all().await, "the message's delivery is gone");
}
