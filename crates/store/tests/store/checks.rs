use crate::{home::TestDb, shop::at};
use model::{
    delivery::DeliveryState,
    id::{DeliveryId, NodeId},
};
use store::{Dialect, binds, checks, deliveries, leases, messages, outbound, phone_numbers};

on_both! {
    the_database_tells_how_it_is
    a_reference_that_leads_nowhere_is_found
    what_needs_a_person_is_counted
    processes_and_leases_are_listed
}

async fn the_database_tells_how_it_is(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| messages::insert(w, shop.org, &shop.inbound(1))).await;
    let (pages, server) = (db.read(checks::file_pages).await, db.read(checks::server).await);
    assert_eq!(db.read(checks::damage).await, Vec::<String>::new());
    match db.db.dialect() {
        Dialect::Sqlite => {
            let pages = pages.unwrap();
            assert_eq!((pages.page_size, server), (8_192, None));
            assert!(pages.pages > 10 && pages.free < pages.pages);
        }
        Dialect::Postgres => {
            let server = server.unwrap();
            assert_eq!(pages, None);
            assert!(server.version >= 130_000 && server.bytes > 1_000_000 && server.autovacuum);
            assert!(server.clock > at(1_600_000_000));
        }
    }
    assert!(db.read(store::schema).await.due.is_empty());
}

async fn a_reference_that_leads_nowhere_is_found(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| messages::insert(w, shop.org, &shop.inbound(1))).await;
    assert_eq!(db.read(checks::dangling).await, []);
    db.write(|w| w.exec("DELETE FROM contacts", binds![])).await;
    let expected =
        [("contact_identities.contact_id", 1), ("conversations.contact_id", 1), ("messages.contact_id", 1)];
    assert_eq!(db.read(checks::dangling).await, expected.map(|(column, many)| (column.to_owned(), many)));
}

async fn what_needs_a_person_is_counted(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| {
        for (k, state) in [(1, DeliveryState::Failed), (2, DeliveryState::Done)] {
            let id = DeliveryId(shop.id(k));
            deliveries::insert(w, id, shop.org, shop.app, b"{}", at(1))?;
            deliveries::finish(w, shop.org, id, state, None, None, at(1))?;
        }
        for k in [1, 2] {
            let sent = shop.outgoing(k, k.into());
            outbound::insert(w, &sent, &outbound::Priority::Reply.into(), at(1))?;
            outbound::intend(w, shop.org, &[sent.message_id], NodeId(shop.id(1)), at(1))?;
            outbound::mark_unknown(w, shop.org, sent.message_id, at(2))?;
            if k == 2 {
                outbound::count_resend(w, shop.org, sent.message_id)?;
            }
        }
        phone_numbers::park(w, shop.org, shop.phone_number, "190: the token has ended", at(9))
    })
    .await;
    assert_eq!(db.read(checks::set_aside).await, 1);
    assert_eq!(db.read(checks::undecided).await, 1);
    let parked = db.read(checks::parked).await;
    let expected =
        checks::Parked { number: "+1 555-010-0001".into(), reason: "190: the token has ended".into() };
    assert_eq!(parked, [expected]);
}

async fn processes_and_leases_are_listed(db: TestDb) {
    let shop = db.shop(1).await;
    let node = NodeId(shop.id(1));
    db.write(move |w| {
        let sql =
            "INSERT INTO nodes (id, roles, version, started_at, seen_at) VALUES ($1, 'http', '1.0', $2, $3)";
        w.exec(sql, binds![node, at(1), at(5)])?;
        leases::hold(w, "scheduler", node, at(5), at(10))
    })
    .await;
    let nodes = db.read(checks::nodes).await;
    let expected = checks::Node { id: node, roles: "http".into(), version: "1.0".into(), seen_at: at(5) };
    assert_eq!(nodes, [expected]);
    assert_eq!(db.read(checks::leases).await, [("scheduler".to_owned(), node, at(10))]);
}
