//! Transactions as closures: what is shared, what is kept, and in which order.

use crate::{
    home::TestDb,
    shop::{Shop, at, id},
    stop::{Held, stop},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use store::{Bind, Db, Dialect, Error, Lane, Reader, Result, Writer, accounts};

on_both! {
    a_failing_and_a_panicking_closure_are_rolled_back_alone
    closures_that_wait_together_share_a_transaction
    a_closure_that_shared_with_a_failing_one_may_run_again
    writes_of_a_lane_are_done_in_the_order_of_their_calls
    urgent_work_goes_first_and_the_rest_goes_on_beside_it
    statements_without_an_answer_keep_their_order
    a_write_is_done_even_if_nobody_waits_for_it
    writes_that_wait_are_counted
    a_closures_own_error_comes_back
    a_reader_sees_only_what_is_committed
}

/// Where the tests' writes meet.
const LANE: Lane = Lane::Key(0);

/// Keeps a lane busy until dropped, so that what is handed over meanwhile shares the next commit.
pub fn busy(db: &Db, lane: Lane) -> Held<()> {
    let (stop, held) = stop();
    drop(db.write::<(), Error, _>(lane, move |_| {
        stop.hold(());
        Ok(())
    }));
    held.reached();
    held
}

/// Adds organization `k`.
pub fn add(w: &mut Writer<'_>, k: u128) -> Result<()> {
    accounts::insert_organization(w, &Shop::new(k).organization(), at(0))
}

/// The organizations that are there.
pub async fn kept(db: &TestDb) -> Vec<u128> {
    let all = db.read(accounts::organizations).await;
    all.into_iter().map(|o| o.id.0.as_u128() >> 64).collect()
}

async fn urgent_work_goes_first_and_the_rest_goes_on_beside_it(db: TestDb) {
    let held = busy(&db.db, LANE);
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let note = |kind: &'static str| {
        let order = Arc::clone(&order);
        move |_: &mut Writer<'_>| {
            order.lock().unwrap().push((std::thread::current().id(), kind));
            Ok::<_, Error>(())
        }
    };
    let usual: Vec<_> = (0..400).map(|_| db.db.write(LANE, note("usual"))).collect();
    let urgent: Vec<_> = (0..400).map(|_| db.db.write(Lane::Urgent, note("urgent"))).collect();
    drop(held);
    for write in usual.into_iter().chain(urgent) {
        assert_eq!(write.await, Ok(()));
    }
    let order = order.lock().unwrap().clone();
    let (thread, _) = order.iter().find(|(_, kind)| *kind == "usual").unwrap();
    let kinds: Vec<_> = order.iter().filter(|(t, _)| t == thread).map(|(_, kind)| *kind).collect();
    assert_eq!(kinds.first(), Some(&"urgent"));
    let last_urgent = kinds.iter().rposition(|kind| *kind == "urgent").unwrap();
    assert!(kinds[..last_urgent].contains(&"usual"), "usual work does not wait for all that is urgent");
}

async fn a_failing_and_a_panicking_closure_are_rolled_back_alone(db: TestDb) {
    let busy = busy(&db.db, LANE);
    let first = db.db.write(LANE, |w| add(w, 1));
    let failing = db.db.write(LANE, |w| {
        add(w, 2)?;
        Err::<(), _>(Error::Unavailable("changed my mind".into()))
    });
    let conflict = db.db.write(LANE, |w| {
        add(w, 3)?;
        add(w, 1)
    });
    let panicking = db.db.write::<(), Error, _>(LANE, |w| {
        add(w, 4)?;
        panic!("on purpose")
    });
    let last = db.db.write(LANE, |w| add(w, 5));
    drop(busy);
    assert_eq!(first.await, Ok(()));
    assert_eq!(failing.await, Err(Error::Unavailable("changed my mind".into())));
    assert_eq!(conflict.await, Err(Error::Conflict));
    assert_eq!(panicking.await, Err(Error::Database("a transaction panicked".into())));
    assert_eq!(last.await, Ok(()));
    assert_eq!(kept(&db).await, [1, 5]);
    assert_eq!(db.db.write(LANE, |w| add(w, 6)).await, Ok(()), "the thread lives");
    let reading = db.db.read::<(), Error>(|_| panic!("on purpose")).await;
    assert_eq!(reading, Err(Error::Database("a transaction panicked".into())));
    assert_eq!(kept(&db).await, [1, 5, 6]);
}

async fn closures_that_wait_together_share_a_transaction(db: TestDb) {
    let busy = busy(&db.db, LANE);
    match db.db.dialect() {
        Dialect::Postgres => {
            let transaction =
                |w: &mut Writer<'_>| w.one("SELECT pg_current_xact_id()::text", Vec::new())?.get::<String>(0);
            let both = (db.db.write(LANE, transaction), db.db.write(LANE, transaction));
            drop(busy);
            let (first, second) = (both.0.await.unwrap(), both.1.await.unwrap());
            assert_eq!(first, second);
            assert_ne!(db.db.write(LANE, transaction).await.unwrap(), first);
        }
        Dialect::Sqlite => {
            let raw = db.raw_sqlite();
            let count = move || -> i64 {
                raw.query_row("SELECT count(*) FROM organizations", [], |row| row.get(0)).unwrap()
            };
            let first = db.db.write(LANE, |w| add(w, 1));
            let second = db.db.write::<_, Error, _>(LANE, move |w| {
                Ok((count(), w.one("SELECT count(*) FROM organizations", Vec::new())?.get::<i64>(0)?))
            });
            drop(busy);
            first.await.unwrap();
            assert_eq!(second.await, Ok((0, 1)), "the second runs before the first is committed");
        }
    }
}

async fn a_closure_that_shared_with_a_failing_one_may_run_again(db: TestDb) {
    let busy = busy(&db.db, LANE);
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let counted = db.db.write(LANE, move |w| {
        counter.fetch_add(1, Ordering::Relaxed);
        add(w, 1)
    });
    let failing = db.db.write(LANE, |_| Err::<(), _>(Error::Conflict));
    drop(busy);
    assert_eq!((counted.await, failing.await), (Ok(()), Err(Error::Conflict)));
    // What they shared was lost for one's sake, so both ran again, kept from each other.
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(kept(&db).await, [1], "what it does is kept once");
}

/// A table that remembers the order of its rows.
async fn make_notes(db: &TestDb) {
    db.write(|w| {
        w.exec("CREATE TABLE notes (place BIGINT NOT NULL PRIMARY KEY, note BIGINT NOT NULL)", Vec::new())
    })
    .await;
}

const NOTE: &str = "INSERT INTO notes SELECT coalesce(max(place), 0) + 1, $1 FROM notes";

async fn notes(db: &TestDb) -> Vec<i64> {
    let rows = db.read(|r| r.query("SELECT note FROM notes ORDER BY place", Vec::new())).await;
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

async fn writes_of_a_lane_are_done_in_the_order_of_their_calls(db: TestDb) {
    make_notes(&db).await;
    let lane = Lane::contact("34600000001");
    let calls: Vec<_> = (0..100)
        .map(|k| db.db.write::<_, Error, _>(lane, move |w| w.run(NOTE, vec![Bind::Int(k)])))
        .collect();
    for call in calls.into_iter().rev() {
        call.await.unwrap();
    }
    assert_eq!(notes(&db).await, (0..100).collect::<Vec<_>>());
}

async fn statements_without_an_answer_keep_their_order(db: TestDb) {
    make_notes(&db).await;
    let count = "SELECT count(*) FROM notes";
    let seen = db
        .write(move |w| {
            (0..200).try_for_each(|k| w.run(NOTE, vec![Bind::Int(k)]))?;
            let seen = w.one(count, Vec::new())?.get::<i64>(0)?;
            (200..400).try_for_each(|k| w.run(NOTE, vec![Bind::Int(k)]))?;
            Ok(seen)
        })
        .await;
    assert_eq!(seen, 200, "a question sees all that was changed before it");
    assert_eq!(notes(&db).await, (0..400).collect::<Vec<_>>());
}

async fn a_write_is_done_even_if_nobody_waits_for_it(db: TestDb) {
    drop(db.db.write(LANE, |w| add(w, 1)));
    db.db.write(LANE, |w| add(w, 2)).await.unwrap();
    assert_eq!(kept(&db).await, [1, 2]);
}

async fn writes_that_wait_are_counted(db: TestDb) {
    let busy = busy(&db.db, LANE);
    assert_eq!(db.db.waiting_writes(), 0);
    let calls = [1, 2, 3].map(|k| db.db.write(LANE, move |w| add(w, k)));
    assert_eq!(db.db.waiting_writes(), 3);
    drop(busy);
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(db.db.waiting_writes(), 0);
}

#[derive(Debug, PartialEq)]
enum OwnError {
    Refused,
    Store(Error),
}

impl From<Error> for OwnError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

async fn a_closures_own_error_comes_back(db: TestDb) {
    let refused = db.db.write(LANE, |w| {
        add(w, 1)?;
        Err::<(), _>(OwnError::Refused)
    });
    assert_eq!(refused.await, Err(OwnError::Refused));
    let twice = db.db.write(LANE, |w| {
        add(w, 1)?;
        Ok::<_, OwnError>(add(w, 1)?)
    });
    assert_eq!(twice.await, Err(OwnError::Store(Error::Conflict)));
    assert_eq!(db.db.read(|_| Err::<(), _>(OwnError::Refused)).await, Err(OwnError::Refused));
    assert_eq!(kept(&db).await, [0; 0]);
}

async fn a_reader_sees_only_what_is_committed(db: TestDb) {
    let (stop_writing, writing) = stop();
    let write = db.db.write(LANE, move |w| {
        add(w, 1)?;
        accounts::organizations(w)?;
        stop_writing.hold(());
        Ok::<_, Error>(())
    });
    writing.reached();
    assert_eq!(kept(&db).await, [0; 0]);
    drop(writing);
    write.await.unwrap();
    assert_eq!(kept(&db).await, [1]);

    // Two questions of one read: one moment on SQLite, two on PostgreSQL.
    let (stop_reading, reading) = stop();
    let reader = db.db.reader();
    let look = move |r: &mut Reader<'_>| {
        let before = accounts::organizations(r)?.len();
        stop_reading.hold(());
        Ok::<_, Error>((before, accounts::organizations(r)?.len()))
    };
    let read = tokio::spawn(async move { reader.read(look).await });
    tokio::task::yield_now().await;
    reading.reached();
    db.db.write(LANE, |w| add(w, 2)).await.unwrap();
    drop(reading);
    let expected = if db.db.dialect() == Dialect::Postgres { (1, 2) } else { (1, 1) };
    assert_eq!(read.await.unwrap(), Ok(expected));
}

#[tokio::test]
async fn on_postgres_another_lane_does_not_wait() {
    let Some(db) = TestDb::postgres() else { return };
    let busy = busy(&db.db, Lane::Key(0));
    let waiting = db.db.write(Lane::Key(0), |w| add(w, 1));
    db.db.write(Lane::Key(1), |w| add(w, 2)).await.unwrap();
    assert_eq!(kept(&db).await, [2]);
    drop(busy);
    waiting.await.unwrap();
    assert_eq!(kept(&db).await, [1, 2]);
}

#[test]
fn a_thing_has_one_lane() {
    assert_eq!(Lane::contact("34600"), Lane::contact("34600"));
    assert_ne!(Lane::contact("34600"), Lane::contact("34601"));
    assert_eq!(Lane::id(id(1)), Lane::id(id(1)));
    assert_ne!(Lane::id(id(1)), Lane::id(id(2)));
}
