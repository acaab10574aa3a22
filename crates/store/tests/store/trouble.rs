//! What callers are told when something goes wrong, and that it heals.

use crate::{
    home::{Place, TUNING, TestDb, reopen},
    sharing::{add, busy, kept},
    shop::at,
    stop::stop,
};
use std::thread;
use store::{Bind, Db, Dialect, Error, Lane, Location};
use tokio_postgres::Client;

on_both! {
    a_unique_index_that_forbids_it_is_a_conflict
    a_swallowed_error_fails_its_closure_and_nobody_elses
    a_statement_that_does_not_fit_the_tables_is_a_fault_of_ours
    a_reader_cannot_write
    a_database_of_a_newer_version_is_refused
    a_database_is_opened_again_with_what_it_held
}

async fn a_unique_index_that_forbids_it_is_a_conflict(db: TestDb) {
    db.write(|w| add(w, 1)).await;
    let insert =
        "INSERT INTO organizations (id, name, created_at) SELECT id, name, created_at FROM organizations";
    assert_eq!(db.try_write(move |w| w.exec(insert, Vec::new())).await, Err(Error::Conflict));
    assert_eq!(db.try_write(move |w| w.run(insert, Vec::new())).await, Err(Error::Conflict));
    assert_eq!(db.try_write(move |w| w.query(insert, Vec::new()).map(drop)).await, Err(Error::Conflict));
    assert_eq!(db.try_write(|w| add(w, 2)).await, Ok(()));
}

async fn a_swallowed_error_fails_its_closure_and_nobody_elses(db: TestDb) {
    db.write(|w| add(w, 1)).await;
    let lane = Lane::Key(0);
    let busy = busy(&db.db, lane);
    let before = db.db.write(lane, |w| add(w, 2));
    let swallowing = db.db.write::<_, Error, _>(lane, |w| {
        add(w, 3)?;
        drop(w.query(
            "INSERT INTO organizations SELECT * FROM organizations WHERE name = 'Shop 1'",
            Vec::new(),
        ));
        Ok(())
    });
    drop(busy);
    assert_eq!((before.await, swallowing.await), (Ok(()), Err(Error::Conflict)));
    assert_eq!(kept(&db).await, [1, 2]);
}

async fn a_statement_that_does_not_fit_the_tables_is_a_fault_of_ours(db: TestDb) {
    let insert = "INSERT INTO leases (name, node_id, expires_at) VALUES ($1, $2, $3)";
    let node = || Bind::Uuid(uuid::Uuid::nil());
    let faults = [
        ("SELECT nothing FROM nowhere", vec![]),
        ("SELEKT 1", vec![]),
        (insert, vec![Bind::Text("a".into()), node(), Bind::Null]),
        (insert, vec![Bind::Text("a".into()), node(), Bind::Text("tomorrow".into())]),
        (insert, vec![Bind::Text("a".into()), node()]),
    ];
    for (sql, binds) in faults {
        let unanswered = binds.clone();
        let result = db.try_write(move |w| w.exec(sql, binds.clone())).await;
        assert!(matches!(result, Err(Error::Database(_))), "{sql}: {result:?}");
        let result = db
            .try_write(move |w| {
                add(w, 9)?;
                w.run(sql, unanswered.clone())
            })
            .await;
        assert!(matches!(result, Err(Error::Database(_))), "{sql}: {result:?}");
        assert_eq!(kept(&db).await, [0; 0], "a part of a transaction was kept");
    }
    let none = db.try_write(|w| w.one("SELECT name FROM leases", Vec::new()).map(drop)).await;
    assert!(matches!(none, Err(Error::Database(_))), "{none:?}");
    assert_eq!(db.try_write(|w| add(w, 1)).await, Ok(()));
}

async fn a_reader_cannot_write(db: TestDb) {
    let insert = "INSERT INTO leases (name, node_id, expires_at) VALUES ('a', $1, 1)";
    let node = || vec![Bind::Uuid(uuid::Uuid::nil())];
    let result = db.db.read(move |r| r.query(insert, node())).await;
    assert!(matches!(result, Err(Error::Database(_) | Error::Unavailable(_))), "{result:?}");
    let count = db.read(|r| r.one("SELECT count(*) FROM leases", Vec::new())?.get::<i64>(0)).await;
    assert_eq!(count, 0);
}

async fn a_database_of_a_newer_version_is_refused(db: TestDb) {
    db.write(|w| w.exec("INSERT INTO schema_migrations VALUES (9999, '9999_later', 0)", Vec::new())).await;
    let TestDb { db, place } = db;
    drop(db);
    let refused = reopen(&place.location()).await;
    let Err(Error::Unavailable(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("newer") && why.contains("9999"), "{why}");
}

async fn a_database_is_opened_again_with_what_it_held(db: TestDb) {
    db.write(|w| add(w, 1)).await;
    let TestDb { db, place } = db;
    drop(db);
    let db = TestDb { db: reopen(&place.location()).await.unwrap(), place };
    assert_eq!(kept(&db).await, [1]);
    db.write(|w| add(w, 2)).await;
}

#[test]
fn an_address_with_a_password_is_not_shown() {
    let location = Location::Postgres("postgres://waypost:hunter2@db.example/waypost".into());
    assert_eq!(format!("{location:?}"), "postgres");
}

#[test]
fn a_database_that_is_not_there_is_unavailable() {
    let Place::Sqlite(folder) = Place::sqlite() else { unreachable!() };
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    for location in [
        Location::File(file.join("waypost.db")),
        Location::Postgres("postgres://postgres@127.0.0.1:1/waypost".into()),
        Location::Postgres("not an address".into()),
    ] {
        let result = Db::open(&location, TUNING, at(0));
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    }
}

#[tokio::test]
async fn a_sqlite_file_is_opened_once() {
    let db = TestDb::sqlite();
    let second = Db::open(&db.place.location(), TUNING, at(0));
    let Err(Error::Unavailable(why)) = second else { panic!("{second:?}") };
    assert!(why.contains("in use by another waypost process"), "{why}");
    assert_eq!(db.try_write(|w| add(w, 1)).await, Ok(()), "the first goes on");
}

#[tokio::test]
async fn a_sqlite_file_that_another_program_locks_is_unavailable_until_it_lets_go() {
    let db = TestDb::sqlite();
    let raw = db.raw_sqlite();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let lane = Lane::Key(0);
    let locked = "the database is locked by another process";
    assert_eq!(db.db.write(lane, |w| add(w, 1)).await, Err(Error::Unavailable(locked.into())));
    assert_eq!(kept(&db).await, [0; 0], "reading goes on");
    raw.execute_batch("ROLLBACK").unwrap();
    assert_eq!(db.db.write(lane, |w| add(w, 1)).await, Ok(()));
    assert_eq!(kept(&db).await, [1]);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_for_the_one_who_filled_it() {
    let db = TestDb::sqlite();
    let lane = Lane::Key(0);
    db.write(|w| {
        let pages = w.one("PRAGMA page_count", Vec::new())?.get::<i64>(0)?;
        w.one(&format!("PRAGMA max_page_count = {}", pages + 4), Vec::new()).map(drop)
    })
    .await;
    let busy = busy(&db.db, lane);
    let before = db.db.write(lane, |w| add(w, 1));
    let filling = db.db.write(lane, |w| {
        add(w, 2)?;
        w.exec("UPDATE organizations SET name = $1", vec![Bind::Text("x".repeat(1_000_000))])
    });
    let after = db.db.write(lane, |w| add(w, 3));
    drop(busy);
    assert_eq!(before.await, Ok(()));
    assert_eq!(filling.await, Err(Error::Unavailable("the disk is full".into())));
    assert_eq!(after.await, Ok(()));
    assert_eq!(kept(&db).await, [1, 3]);
}

/// Ends connections of the store and waits until they have ended.
async fn terminate(raw: &Client, which: &str) {
    // OFFSET keeps the conditions from being asked in another order than this one.
    let sql = format!(
        "SELECT count(*) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                               AND pid <> pg_backend_pid() AND {which} OFFSET 0) AS others
         WHERE pg_terminate_backend(pid, 20000)"
    );
    assert!(raw.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0) > 0);
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_is_unavailable_and_heals() {
    let Some(db) = TestDb::postgres() else { return };
    let lane = Lane::Key(0);
    let busy = busy(&db.db, lane);
    let (stop, held) = stop();
    let before = db.db.write(lane, |w| add(w, 1));
    let cut = db.db.write::<_, Error, _>(lane, move |w| {
        add(w, 2)?;
        stop.hold(w.one("SELECT pg_backend_pid()", Vec::new())?.get::<i64>(0)?);
        w.exec("UPDATE organizations SET name = 'late'", Vec::new())
    });
    let after = db.db.write(lane, |w| add(w, 3));
    drop(busy);
    let process = held.reached();
    terminate(&db.raw_postgres().await, &format!("pid = {process}")).await;
    drop(held);
    for answer in [before.await, cut.await.map(drop), after.await] {
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    }
    assert_eq!(kept(&db).await, [0; 0], "who was told of a failure has nothing kept");
    assert_eq!(db.db.write(lane, |w| add(w, 4)).await, Ok(()), "the next write has a new connection");
    assert_eq!(kept(&db).await, [4]);
}

#[tokio::test]
async fn connections_lost_while_idle_heal_after_at_most_one_failure_each() {
    let Some(db) = TestDb::postgres() else { return };
    db.write(|w| add(w, 1)).await;
    terminate(&db.raw_postgres().await, "true").await;
    for lane in [Lane::Key(0), Lane::Key(1)] {
        let touch = |w: &mut store::Writer<'_>| w.exec("UPDATE organizations SET name = 'a'", Vec::new());
        let first = db.db.write(lane, touch).await;
        assert!(matches!(first, Ok(1) | Err(Error::Unavailable(_))), "{first:?}");
        assert_eq!(db.db.write(lane, touch).await, Ok(1));
    }
    let mut failures = 0;
    while let Err(error) = db.db.read(store::accounts::organizations).await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        failures += 1;
        assert!(failures <= TUNING.readers);
    }
}

#[test]
fn nodes_that_start_together_make_the_tables_once() {
    let Some(place) = Place::postgres() else { return };
    let location = place.location();
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let location = location.clone();
            thread::spawn(move || Db::open(&location, TUNING, at(0)))
        })
        .collect();
    for node in nodes {
        assert_eq!(node.join().unwrap().unwrap().dialect(), Dialect::Postgres);
    }
}
