use crate::{
    home::{TestDb, eventually},
    shop::{at, id},
    stop::stop,
};
use model::id::NodeId;
use store::{
    Error, Lane,
    leases::{self, Lease},
};

on_both! {
    a_lease_is_one_nodes_until_it_runs_out
    a_holder_renews_its_lease
    a_node_that_ends_gives_its_leases_back
    leases_with_different_names_are_different
    one_lease_is_given_back_by_its_holder_alone
    every_lease_can_be_freed_at_once
    a_holder_can_ask_whether_it_still_is
}

async fn hold(db: &TestDb, name: &'static str, node: u128, now: i64) -> Lease {
    db.write(move |w| leases::hold(w, name, NodeId(id(node)), at(now), at(now + 10))).await
}

async fn a_lease_is_one_nodes_until_it_runs_out(db: TestDb) {
    assert_eq!(hold(&db, "lane", 1, 0).await, Lease::Taken);
    assert_eq!(hold(&db, "lane", 2, 0).await, Lease::Elsewhere);
    assert_eq!(hold(&db, "lane", 2, 9).await, Lease::Elsewhere);
    assert_eq!(hold(&db, "lane", 2, 10).await, Lease::Taken);
    assert_eq!(hold(&db, "lane", 1, 11).await, Lease::Elsewhere, "the earlier holder comes too late");
}

async fn a_holder_renews_its_lease(db: TestDb) {
    assert_eq!(hold(&db, "lane", 1, 0).await, Lease::Taken);
    assert_eq!(hold(&db, "lane", 1, 8).await, Lease::Renewed);
    assert_eq!(hold(&db, "lane", 2, 17).await, Lease::Elsewhere, "it lasts from the renewal on");
    assert_eq!(hold(&db, "lane", 1, 50).await, Lease::Renewed, "nobody else had it meanwhile");
}

async fn a_node_that_ends_gives_its_leases_back(db: TestDb) {
    for name in ["a", "b"] {
        hold(&db, name, 1, 0).await;
    }
    hold(&db, "c", 2, 0).await;
    db.write(|w| leases::release_all(w, NodeId(id(1)))).await;
    assert_eq!(hold(&db, "a", 3, 1).await, Lease::Taken);
    assert_eq!(hold(&db, "b", 3, 1).await, Lease::Taken);
    assert_eq!(hold(&db, "c", 3, 1).await, Lease::Elsewhere);
}

async fn leases_with_different_names_are_different(db: TestDb) {
    assert_eq!(hold(&db, "a", 1, 0).await, Lease::Taken);
    assert_eq!(hold(&db, "b", 2, 0).await, Lease::Taken);
}

async fn one_lease_is_given_back_by_its_holder_alone(db: TestDb) {
    for name in ["a", "b"] {
        hold(&db, name, 1, 0).await;
    }
    db.write(|w| leases::release(w, "a", NodeId(id(2)))).await;
    assert_eq!(hold(&db, "a", 2, 1).await, Lease::Elsewhere);
    db.write(|w| leases::release(w, "a", NodeId(id(1)))).await;
    assert_eq!(hold(&db, "a", 2, 1).await, Lease::Taken);
    assert_eq!(hold(&db, "b", 2, 1).await, Lease::Elsewhere);
}

#[tokio::test]
async fn of_two_nodes_that_reach_for_a_lease_at_once_one_gets_it() {
    let Some(db) = TestDb::postgres() else { return };
    let (stop, held) = stop();
    let first = db.db.write::<_, Error, _>(Lane::Key(0), move |w| {
        let lease = leases::hold(w, "lane", NodeId(id(1)), at(0), at(10))?;
        stop.hold(());
        Ok(lease)
    });
    held.reached();
    let second =
        db.db.write::<_, Error, _>(Lane::Key(1), |w| leases::hold(w, "lane", NodeId(id(2)), at(0), at(10)));
    let raw = db.raw_postgres().await;
    let waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("the second node waits for the first", async || raw.query_opt(waiting, &[]).await.unwrap())
        .await;
    drop(held);
    assert_eq!((first.await, second.await), (Ok(Lease::Taken), Ok(Lease::Elsewhere)));
}

async fn every_lease_can_be_freed_at_once(db: TestDb) {
    hold(&db, "a", 1, 0).await;
    hold(&db, "b", 2, 0).await;
    db.write(leases::free_all).await;
    assert_eq!(hold(&db, "a", 3, 1).await, Lease::Taken);
    assert_eq!(hold(&db, "b", 3, 1).await, Lease::Taken);
}

async fn a_holder_can_ask_whether_it_still_is(db: TestDb) {
    let is_held =
        async |node, now| db.read(move |r| leases::is_held(r, "lane", NodeId(id(node)), at(now))).await;
    assert!(!is_held(1, 0).await);
    hold(&db, "lane", 1, 0).await;
    assert!(is_held(1, 9).await && !is_held(2, 9).await);
    assert!(!is_held(1, 10).await, "it has run out, though nobody has taken it");
}
