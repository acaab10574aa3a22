//! What those who watch are told of every number's lane.

use crate::{home::TestDb, shop::at};
use model::id::NodeId;
use store::{
    Lane,
    lanes::{self, LaneBacklog},
    outbound::{self, Backlog, Priority},
    phone_numbers,
};

on_both! {
    every_number_has_a_lane_with_what_is_open_on_it
    commits_and_what_they_carry_are_counted
}

async fn every_number_has_a_lane_with_what_is_open_on_it(db: TestDb) {
    let (busy, idle) = (db.shop(1).await, db.shop(2).await);
    for k in 1..=4 {
        let outgoing = busy.outgoing(k, k.into());
        let due_at = at(i64::from(k) * 10);
        db.write(move |w| outbound::insert(w, &outgoing, &Priority::Reply.into(), due_at)).await;
    }
    // The first in flight, the second of unknown outcome; the third and the fourth wait.
    for k in [1, 2] {
        let id = busy.outgoing(k, k.into()).message_id;
        let node = NodeId(uuid::Uuid::from_u128(1));
        assert_eq!(db.write(move |w| outbound::intend(w, busy.org, &[id], node, at(50))).await.len(), 1);
    }
    let unknown = busy.outgoing(2, 2).message_id;
    assert!(db.write(move |w| outbound::mark_unknown(w, busy.org, unknown, at(51))).await);
    let why = "graph error 190 expired";
    db.write(move |w| phone_numbers::park(w, idle.org, idle.phone_number, why, at(99))).await;

    let mut all = db.read(lanes::all).await;
    all.sort_by_key(|lane| lane.phone_number_id != busy.phone_number);
    let expected = [
        LaneBacklog {
            phone_number_id: busy.phone_number,
            throughput: 80,
            parked: None,
            parked_until: None,
            backlog: Backlog { queued: 2, in_flight: 1, unknown: 1, oldest_due_at: Some(at(30)) },
        },
        LaneBacklog {
            phone_number_id: idle.phone_number,
            throughput: 80,
            parked: Some(why.into()),
            parked_until: Some(at(99)),
            backlog: Backlog::default(),
        },
    ];
    assert_eq!(all, expected);
}

async fn commits_and_what_they_carry_are_counted(db: TestDb) {
    let before = db.db.counts();
    for _ in 0..3 {
        let done: Result<(), store::Error> = db.db.write(Lane::Any, |_| Ok(())).await;
        done.unwrap();
    }
    let after = db.db.counts();
    assert_eq!(after.transactions - before.transactions, 3);
    // The thread counts the last commit before it answers, or this one would be missing.
    assert_eq!(after.commits - before.commits, 3);
    assert!(after.busy >= before.busy && after.waited >= before.waited);
}
