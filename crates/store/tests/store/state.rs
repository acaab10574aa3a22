use crate::{
    home::{Place, TUNING, TestDb},
    shop::{Shop, at, bsuid, phone},
};
use model::{
    cause::Cause,
    id::{ContactId, ConversationId, MessageId},
    message::{Direction, Message, MessageState, Transition},
};
use store::{
    Db, Result, Writer, contacts, conversations, messages,
    state::{Scope, State, state},
};

/// Something that changes the state.
type Change = Box<dyn Fn(&mut Writer<'_>) -> Result<()> + Send + Sync>;

on_both! {
    the_same_things_under_other_ids_are_the_same_state
    every_kind_of_change_is_seen
    what_deliveries_brought_is_told_apart_from_what_we_did
    more_rows_than_are_read_at_once_all_count
}

async fn of(db: &TestDb, scope: Scope) -> State {
    db.read(move |r| state(r, scope)).await
}

async fn hash(db: &TestDb) -> String {
    of(db, Scope::Everything).await.hash
}

/// Another contact with a message, its status and a reaction, under ids from `k` on.
fn talk(w: &mut Writer<'_>, shop: Shop, k: u128) -> Result<()> {
    let id = ContactId(shop.id(k));
    let mut contact = contacts::insert(w, shop.org, id, "Bea", "profile", at(1))?;
    contacts::learn(w, shop.org, &mut contact, &[bsuid("ES.7"), phone("34600000007")], at(1))?;
    let thread =
        conversations::open_thread(w, shop.org, shop.phone_number, id, ConversationId(shop.id(k)), at(1))?;
    let message = Message {
        id: MessageId(shop.id(k)),
        contact_id: id,
        conversation_id: thread.id,
        wamid: Some("wamid.bea".into()),
        ..shop.inbound(7)
    };
    messages::insert(w, shop.org, &message)?;
    let came = Transition {
        state: MessageState::Received,
        at: at(7),
        recorded_at: at(8),
        cause: message.cause,
        detail: None,
    };
    messages::insert_transition(w, shop.org, message.id, shop.id(k), Some("received"), &came)?;
    messages::react(w, shop.org, message.id, Direction::Outbound, "👍", at(9))
}

/// A second database of the same kind.
fn beside(db: &TestDb) -> TestDb {
    let place = match db.place {
        Place::Sqlite(_) => Place::sqlite(),
        Place::Postgres(_) => Place::postgres().unwrap(),
    };
    TestDb { db: Db::open(&place.location(), TUNING, at(0)).unwrap(), place }
}

async fn the_same_things_under_other_ids_are_the_same_state(db: TestDb) {
    let other = beside(&db);
    let (shop, same) = (db.shop(1).await, other.shop(1).await);
    assert_eq!(of(&db, Scope::Everything).await, of(&other, Scope::Everything).await);
    db.write(move |w| talk(w, shop, 100)).await;
    assert_ne!(hash(&db).await, hash(&other).await);
    other.write(move |w| talk(w, same, 900)).await;
    let found = of(&db, Scope::Everything).await;
    assert_eq!(found, of(&other, Scope::Everything).await);
    assert_eq!((found.contacts, found.conversations, found.messages), (2, 2, 1));
    assert_eq!((found.statuses, found.reactions, found.hash.len()), (1, 1, 64));
}

async fn every_kind_of_change_is_seen(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| talk(w, shop, 100)).await;
    let id = MessageId(shop.id(100));
    let mut seen = vec![hash(&db).await];
    let changes: Vec<Change> = vec![
        Box::new(move |w| contacts::rename(w, shop.org, shop.contact, "Anna", at(50)).map(drop)),
        Box::new(move |w| {
            let mut ana = contacts::get(w, shop.org, shop.contact)?.unwrap();
            contacts::learn(w, shop.org, &mut ana, &[bsuid("ES.1")], at(50)).map(drop)
        }),
        Box::new(move |w| {
            let resolved = model::conversation::ConversationState::Resolved;
            conversations::set_state(w, shop.org, shop.conversation, resolved).map(drop)
        }),
        Box::new(move |w| messages::insert(w, shop.org, &shop.outbound(50)).map(drop)),
        Box::new(move |w| {
            let read = (MessageState::Read, at(51));
            messages::set_state(w, shop.org, MessageId(shop.id(50)), MessageState::Read, read, None)
        }),
        Box::new(move |w| messages::set_wamid(w, shop.org, MessageId(shop.id(50)), "wamid.50")),
        Box::new(move |w| {
            let line = Transition {
                state: MessageState::Sent,
                at: at(50),
                recorded_at: at(50),
                cause: Cause::System,
                detail: None,
            };
            messages::insert_transition(w, shop.org, id, shop.id(51), Some("sent"), &line).map(drop)
        }),
        Box::new(move |w| messages::react(w, shop.org, id, Direction::Outbound, "", at(52))),
    ];
    for change in changes {
        db.write(move |w| change(w)).await;
        seen.push(hash(&db).await);
    }
    let many = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), many, "a change left the hash as it was");
}

async fn what_deliveries_brought_is_told_apart_from_what_we_did(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| talk(w, shop, 100)).await;
    let before = of(&db, Scope::Deliveries).await;
    assert_eq!(
        (before.contacts, before.messages),
        (1, 1),
        "the one who wrote, not the one whom an agent added"
    );
    db.write(move |w| {
        messages::insert(w, shop.org, &shop.outbound(50))?;
        contacts::rename(w, shop.org, ContactId(shop.id(100)), "Doña Bea", at(50))?;
        let resolved = model::conversation::ConversationState::Resolved;
        conversations::set_state(w, shop.org, ConversationId(shop.id(100)), resolved)
    })
    .await;
    assert_eq!(of(&db, Scope::Deliveries).await, before);
    db.write(move |w| messages::insert(w, shop.org, &shop.inbound(60))).await;
    assert_ne!(of(&db, Scope::Deliveries).await, before);
}

async fn more_rows_than_are_read_at_once_all_count(db: TestDb) {
    const MANY: u32 = 4_321;
    let shop = db.shop(1).await;
    db.write(move |w| {
        for k in 1..=MANY {
            messages::insert(w, shop.org, &shop.inbound(k))?;
            messages::react(w, shop.org, MessageId(shop.id(k.into())), Direction::Inbound, "👍", at(9))?;
        }
        Ok(())
    })
    .await;
    let found = of(&db, Scope::Everything).await;
    assert_eq!((found.messages, found.reactions), (u64::from(MANY), u64::from(MANY)));
}
