use crate::{
    home::TestDb,
    shop::{Shop, at},
    stop::stop,
};
use model::id::{JobId, NodeId};
use serde_json::json;
use store::{
    Lane,
    jobs::{self, Claimed, KindBacklog, NewJob},
};

on_both! {
    a_due_job_is_claimed_with_what_it_needs
    jobs_are_claimed_in_the_order_in_which_they_are_due
    a_claimed_job_is_nobody_elses_until_the_claim_runs_out
    a_job_put_off_waits_until_its_moment
    a_job_put_off_untried_counts_no_try
    a_job_given_up_stays_visible_and_is_not_claimed
    two_jobs_of_one_kind_with_one_key_are_one
    jobs_are_counted_and_the_next_one_is_known
    the_jobs_of_each_kind_are_counted
    another_organizations_job_is_not_touched
    a_node_that_ends_gives_its_claims_back
    the_claims_of_dead_nodes_are_free_and_nobody_elses
}

const NODE: NodeId = NodeId(uuid::Uuid::from_u128(1));
const OTHER: NodeId = NodeId(uuid::Uuid::from_u128(2));

fn job(shop: Shop, k: u32, due: i64) -> NewJob<'static> {
    NewJob {
        id: JobId(shop.id(k.into())),
        kind: "media.fetch",
        payload: json!({"k": k}),
        dedupe_key: None,
        due_at: at(due),
    }
}

async fn add(db: &TestDb, shop: Shop, job: NewJob<'static>) -> JobId {
    let id = job.id;
    db.write(move |w| jobs::enqueue(w, shop.org, &job, at(0))).await;
    id
}

/// Claims for ten seconds; the answer's order means nothing.
async fn claim(db: &TestDb, node: NodeId, now: i64, limit: usize) -> Vec<Claimed> {
    let mut claimed = db.write(move |w| jobs::claim(w, node, at(now), at(now + 10), limit)).await;
    claimed.sort_by_key(|c| c.id);
    claimed
}

async fn claim_ids(db: &TestDb, node: NodeId, now: i64, limit: usize) -> Vec<JobId> {
    claim(db, node, now, limit).await.into_iter().map(|c| c.id).collect()
}

async fn a_due_job_is_claimed_with_what_it_needs(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, job(shop, 1, 10)).await;
    assert_eq!(claim(&db, NODE, 9, 5).await, []);
    let expected = Claimed {
        id,
        organization_id: shop.org,
        kind: "media.fetch".into(),
        payload: json!({"k": 1}),
        attempts: 1,
    };
    assert_eq!(claim(&db, NODE, 10, 5).await, [expected]);
    db.write(move |w| jobs::done(w, shop.org, id)).await;
    assert_eq!(claim(&db, NODE, 1_000, 5).await, []);
}

async fn jobs_are_claimed_in_the_order_in_which_they_are_due(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let late = add(&db, shop, job(shop, 1, 30)).await;
    let first = add(&db, shop, job(shop, 2, 10)).await;
    let second = add(&db, other, job(other, 1, 20)).await;
    assert_eq!(claim_ids(&db, NODE, 100, 1).await, [first]);
    assert_eq!(claim_ids(&db, NODE, 100, 1).await, [second]);
    assert_eq!(claim_ids(&db, NODE, 100, 1).await, [late]);
}

async fn a_claimed_job_is_nobody_elses_until_the_claim_runs_out(db: TestDb) {
    let shop = db.shop(1).await;
    for k in 1..=3 {
        add(&db, shop, job(shop, k, 0)).await;
    }
    assert_eq!(claim(&db, NODE, 0, 2).await.len(), 2);
    assert_eq!(claim_ids(&db, OTHER, 0, 9).await, [JobId(shop.id(3))]);
    assert_eq!(claim_ids(&db, OTHER, 9, 9).await, []);
    let taken_over = claim(&db, OTHER, 10, 9).await;
    assert_eq!(taken_over.iter().map(|c| c.attempts).collect::<Vec<_>>(), [2, 2, 2]);
}

async fn a_job_put_off_waits_until_its_moment(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, job(shop, 1, 0)).await;
    claim(&db, NODE, 0, 1).await;
    db.write(move |w| jobs::retry(w, shop.org, id, at(5), "no network")).await;
    assert_eq!(claim(&db, OTHER, 4, 1).await, []);
    let again = claim(&db, OTHER, 5, 1).await;
    assert_eq!(again.iter().map(|c| (c.id, c.attempts)).collect::<Vec<_>>(), [(id, 2)]);
}

async fn a_job_put_off_untried_counts_no_try(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, job(shop, 1, 0)).await;
    for now in [0, 5] {
        claim(&db, NODE, now, 1).await;
        db.write(move |w| jobs::put_off(w, shop.org, id, at(now + 5), "a budget is short")).await;
        assert_eq!(claim(&db, OTHER, now + 4, 1).await, []);
    }
    let again = claim(&db, OTHER, 10, 1).await;
    assert_eq!(again.iter().map(|c| (c.id, c.attempts)).collect::<Vec<_>>(), [(id, 1)]);
}

async fn a_job_given_up_stays_visible_and_is_not_claimed(db: TestDb) {
    let shop = db.shop(1).await;
    let keyed = NewJob { dedupe_key: Some("a".into()), ..job(shop, 1, 0) };
    let id = add(&db, shop, keyed.clone()).await;
    db.write(move |w| jobs::fail(w, shop.org, id, "gone", at(3))).await;
    assert_eq!(claim(&db, NODE, 1_000, 5).await, []);
    assert_eq!(db.read(jobs::counts).await, (0, 1));
    assert_eq!(db.read(jobs::next_due).await, None);
    // Its key is free again: a failed job must not stand in the way of the next one.
    let next = add(&db, shop, NewJob { id: JobId(shop.id(2)), ..keyed }).await;
    assert_eq!(claim_ids(&db, NODE, 0, 5).await, [next]);
}

async fn two_jobs_of_one_kind_with_one_key_are_one(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let keyed = |shop, k| NewJob { dedupe_key: Some("a".into()), ..job(shop, k, 0) };
    let first = add(&db, shop, keyed(shop, 1)).await;
    add(&db, shop, keyed(shop, 2)).await;
    let kind = add(&db, shop, NewJob { kind: "templates.sync", ..keyed(shop, 3) }).await;
    let elsewhere = add(&db, other, keyed(other, 1)).await;
    let (plain, plain_too) = (add(&db, shop, job(shop, 5, 0)).await, add(&db, shop, job(shop, 6, 0)).await);
    assert_eq!(claim_ids(&db, NODE, 0, 9).await, [first, kind, plain, plain_too, elsewhere]);
    db.write(move |w| jobs::done(w, shop.org, first)).await;
    let again = add(&db, shop, keyed(shop, 7)).await;
    assert_eq!(claim_ids(&db, NODE, 0, 9).await, [again]);
}

async fn jobs_are_counted_and_the_next_one_is_known(db: TestDb) {
    let shop = db.shop(1).await;
    assert_eq!(db.read(jobs::counts).await, (0, 0));
    assert_eq!(db.read(jobs::next_due).await, None);
    add(&db, shop, job(shop, 1, 20)).await;
    add(&db, shop, job(shop, 2, 10)).await;
    assert_eq!(db.read(jobs::counts).await, (2, 0));
    assert_eq!(db.read(jobs::next_due).await, Some(at(10)));
    claim(&db, NODE, 10, 1).await;
    assert_eq!(db.read(jobs::next_due).await, Some(at(10)), "a job under way is not over");
}

async fn another_organizations_job_is_not_touched(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let id = add(&db, ours, job(ours, 1, 0)).await;
    let org = theirs.org;
    db.write(move |w| jobs::done(w, org, id)).await;
    db.write(move |w| jobs::retry(w, org, id, at(500), "mallory")).await;
    db.write(move |w| jobs::fail(w, org, id, "mallory", at(1))).await;
    assert_eq!(db.read(jobs::counts).await, (1, 0));
    assert_eq!(claim_ids(&db, NODE, 0, 5).await, [id]);
}

#[tokio::test]
async fn nodes_claim_side_by_side_without_waiting_for_each_other() {
    let Some(db) = TestDb::postgres() else { return };
    let shop = db.shop(1).await;
    for k in 1..=6 {
        add(&db, shop, job(shop, k, 0)).await;
    }
    let (stop, held) = stop();
    let first = db.db.write::<_, store::Error, _>(Lane::Key(0), move |w| {
        let jobs = jobs::claim(w, NODE, at(0), at(10), 2)?;
        stop.hold(());
        Ok(jobs)
    });
    held.reached();
    // The first claim is not committed and holds its rows.
    let second = db
        .db
        .write::<_, store::Error, _>(Lane::Key(1), |w| jobs::claim(w, OTHER, at(0), at(10), 3))
        .await
        .unwrap();
    drop(held);
    let first = first.await.unwrap();
    let mut all: Vec<_> = first.iter().chain(&second).map(|c| c.id.0).collect();
    all.sort();
    all.dedup();
    assert_eq!((first.len(), second.len(), all.len()), (2, 3, 5));
}

async fn a_node_that_ends_gives_its_claims_back(db: TestDb) {
    let shop = db.shop(1).await;
    let (ours, theirs) = (add(&db, shop, job(shop, 1, 0)).await, add(&db, shop, job(shop, 2, 0)).await);
    assert_eq!(claim_ids(&db, NODE, 1, 1).await, [ours]);
    assert_eq!(claim_ids(&db, OTHER, 1, 1).await, [theirs]);
    db.write(|w| jobs::release_of(w, NODE)).await;
    assert_eq!(claim_ids(&db, OTHER, 2, 5).await, [ours]);
}

async fn the_claims_of_dead_nodes_are_free_and_nobody_elses(db: TestDb) {
    let shop = db.shop(1).await;
    let all = [add(&db, shop, job(shop, 1, 0)).await, add(&db, shop, job(shop, 2, 0)).await];
    let unheard = add(&db, shop, job(shop, 3, 0)).await;
    let nobody = NodeId(uuid::Uuid::from_u128(3));
    for (node, id) in [NODE, OTHER, nobody].into_iter().zip([all[0], all[1], unheard]) {
        assert_eq!(claim_ids(&db, node, 1, 1).await, [id]);
    }
    for (id, seen) in [(NODE, 5), (OTHER, 4)] {
        let (roles, version) = (String::new(), String::new());
        let node = model::node::Node { id, roles, version, started_at: at(0), seen_at: at(seen) };
        db.write(move |w| store::nodes::beat(w, &node)).await;
    }
    assert_eq!(db.write(|w| jobs::release_dead(w, at(5))).await, 2);
    assert_eq!(claim_ids(&db, NODE, 6, 5).await, [all[1], unheard]);
}

async fn the_jobs_of_each_kind_are_counted(db: TestDb) {
    assert_eq!(db.read(jobs::by_kind).await, []);
    let shop = db.shop(1).await;
    for (k, kind, due) in [(1, "media.fetch", 30), (2, "media.fetch", 20), (3, "number.read", 10)] {
        add(&db, shop, NewJob { kind, ..job(shop, k, due) }).await;
    }
    let given_up = JobId(shop.id(3));
    db.write(move |w| jobs::fail(w, shop.org, given_up, "gone", at(40))).await;
    let expected = [
        KindBacklog { kind: "media.fetch".into(), waiting: 2, failed: 0, next_due_at: Some(at(20)) },
        KindBacklog { kind: "number.read".into(), waiting: 0, failed: 1, next_due_at: None },
    ];
    assert_eq!(db.read(jobs::by_kind).await, expected);
}
