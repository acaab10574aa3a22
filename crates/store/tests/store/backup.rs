use crate::{
    home::{Place, TUNING, TestDb, reopen},
    shop::{Shop, at},
};
use model::{
    cause::Cause,
    event::{EventCursor, EventKind, NewEvent, Subject},
    id::{MediaId, MessageId},
    media::{Media, MediaState},
};
use std::{fs, path::PathBuf};
use store::{
    Db, Error, Lane, Location,
    backup::{self, Restore, Snapshot},
    checks, events, leases, media, messages, outbound, retention,
    state::{Scope, state},
};

on_both! {
    a_copy_under_load_is_one_moment_and_comes_back_whole
    a_copy_goes_into_an_empty_place_of_its_own_kind_only
    a_damaged_copy_is_refused_and_leaves_nothing
    what_was_on_its_way_waits_for_people_after_a_restore
    who_followed_the_lost_stream_is_told_so
}

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let Place::Sqlite(folder) = Place::sqlite() else { unreachable!() };
        let path = folder.path().with_extension("copy");
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

async fn copy(db: &TestDb, folder: &Folder) -> Snapshot {
    let (location, folder) = (db.place.location(), folder.0.clone());
    let copied = tokio::task::spawn_blocking(move || backup::copy(&location, &folder, &mut |_| {}));
    copied.await.unwrap().unwrap()
}

async fn restore(folder: &Folder, location: &Location, snapshot: &Snapshot, hold: bool) -> store::Result<()> {
    let (folder, location, snapshot) = (folder.0.clone(), location.clone(), snapshot.clone());
    let back = move || {
        let what = Restore { snapshot: &snapshot, hold, now: at(5_000) };
        backup::restore(&folder, &location, what, &mut |_| {})
    };
    tokio::task::spawn_blocking(back).await.unwrap()
}

fn another(db: &TestDb) -> Place {
    match db.place {
        Place::Sqlite(_) => Place::sqlite(),
        Place::Postgres(_) => Place::postgres().unwrap(),
    }
}

/// A message and its line, which must come and go together.
fn write(db: &Db, shop: Shop, k: u32) -> impl Future<Output = store::Result<()>> + use<> {
    db.write(Lane::Any, move |w| {
        messages::insert(w, shop.org, &shop.inbound(k))?;
        let line = model::message::Transition {
            state: model::message::MessageState::Received,
            at: at(k.into()),
            recorded_at: at(k.into()),
            cause: Cause::System,
            detail: None,
        };
        let id = shop.id(k.into());
        messages::insert_transition(w, shop.org, MessageId(id), id, Some("received"), &line)?;
        let event = NewEvent {
            kind: EventKind::MessageCreated,
            subject: Subject { message: Some(MessageId(id)), ..Subject::default() },
            cause: Cause::System,
            at: at(k.into()),
        };
        events::append(w, shop.org, &event)
    })
}

async fn a_copy_under_load_is_one_moment_and_comes_back_whole(db: TestDb) {
    let shop = db.shop(1).await;
    let file = Media {
        id: MediaId(shop.id(1)),
        state: MediaState::Ready,
        mime_type: "image/png".into(),
        filename: Some("a\tb\\\n\u{1F600}".into()),
        size: Some(3),
        meta_media_id: None,
        created_at: at(1),
    };
    let kept = file.clone();
    db.write(move |w| media::insert(w, shop.org, &kept)).await;
    for k in 1..=500 {
        write(&db.db, shop, k).await.unwrap();
    }
    let (writing, stop) = (db.db.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let told = stop.clone();
    let load = tokio::spawn(async move {
        let mut k = 500;
        while !told.load(std::sync::atomic::Ordering::Relaxed) {
            k += 1;
            write(&writing, shop, k).await.unwrap();
        }
        k
    });
    let folder = Folder::new();
    let snapshot = copy(&db, &folder).await;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let written = load.await.unwrap();
    assert!(snapshot.state.messages >= 500 && snapshot.state.messages <= u64::from(written));
    assert_eq!(snapshot.state.messages, snapshot.state.statuses, "each message with its line");
    assert_eq!(snapshot.media, [(shop.org, MediaId(shop.id(1)))]);

    let place = another(&db);
    restore(&folder, &place.location(), &snapshot, true).await.unwrap();
    let back = TestDb { db: reopen(&place.location()).await.unwrap(), place };
    assert_eq!(back.read(|r| state(r, Scope::Everything)).await, snapshot.state);
    assert_eq!(back.read(checks::dangling).await, []);
    assert_eq!(back.read(move |r| media::get(r, shop.org, MediaId(shop.id(1)))).await, Some(file));
    for table in &snapshot.tables {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let rows: u64 = back.read(move |r| r.one(&sql, Vec::new())?.get(0)).await;
        // Who comes from before the restore has to be told; everything else is as it was.
        let added = if table.name == "events_pruned" { 1 } else { 0 };
        assert_eq!(rows, table.rows + added, "{}", table.name);
    }
    // It works on: new rows get numbers of their own.
    write(&back.db, shop, 1_000_000).await.unwrap();
}

async fn a_copy_goes_into_an_empty_place_of_its_own_kind_only(db: TestDb) {
    db.shop(1).await;
    let folder = Folder::new();
    let snapshot = copy(&db, &folder).await;
    let refused = restore(&folder, &db.place.location(), &snapshot, true).await.unwrap_err();
    assert!(matches!(&refused, Error::Unavailable(why) if why.contains("already")), "{refused}");
    let other = Snapshot { dialect: "another".into(), ..snapshot.clone() };
    let refused = restore(&folder, &another(&db).location(), &other, true).await.unwrap_err();
    assert!(matches!(&refused, Error::Unavailable(why) if why.contains("another")), "{refused}");
    let newer = Snapshot { schema: 9_999, ..snapshot };
    let refused = restore(&folder, &another(&db).location(), &newer, true).await.unwrap_err();
    assert!(matches!(&refused, Error::Unavailable(why) if why.contains("newer")), "{refused}");
}

async fn a_damaged_copy_is_refused_and_leaves_nothing(db: TestDb) {
    let shop = db.shop(1).await;
    write(&db.db, shop, 1).await.unwrap();
    let folder = Folder::new();
    let mut snapshot = copy(&db, &folder).await;
    snapshot.state.messages += 1;
    let place = another(&db);
    let refused = restore(&folder, &place.location(), &snapshot, true).await.unwrap_err();
    assert!(matches!(&refused, Error::Database(why) if why.contains("isn't what was copied")), "{refused}");
    let location = place.location();
    assert!(tokio::task::spawn_blocking(move || backup::is_empty(&location)).await.unwrap().unwrap());
}

async fn what_was_on_its_way_waits_for_people_after_a_restore(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| {
        for k in [1, 2] {
            messages::insert(w, shop.org, &shop.outbound(k))?;
            outbound::insert(w, &shop.outgoing(k, k.into()), &outbound::Priority::Reply.into(), at(1))?;
        }
        let done = MessageId(shop.id(2));
        outbound::settle(w, shop.org, done, outbound::SettledBy::Answer, at(2))?;
        leases::hold(w, "scheduler", model::id::NodeId(shop.id(1)), at(1), at(9_999))
    })
    .await;
    let folder = Folder::new();
    let snapshot = copy(&db, &folder).await;
    for (hold, expected) in [(true, "unknown"), (false, "queued")] {
        let place = another(&db);
        restore(&folder, &place.location(), &snapshot, hold).await.unwrap();
        let back = TestDb { db: Db::open(&place.location(), TUNING, at(0)).unwrap(), place };
        let state = |k: u128| back.read(move |r| outbound::state(r, shop.org, MessageId(shop.id(k))));
        assert_eq!(state(1).await.as_deref(), Some(expected));
        assert_eq!(state(2).await.as_deref(), Some("settled"));
        let message = back.read(move |r| messages::get(r, shop.org, MessageId(shop.id(1)))).await.unwrap();
        assert_eq!(message.unknown_since, hold.then(|| at(5_000)));
        assert_eq!(
            back.read(checks::undecided).await,
            u64::from(hold),
            "nothing of it is sent again by itself"
        );
        assert_eq!(back.read(checks::leases).await, []);
    }
}

async fn who_followed_the_lost_stream_is_told_so(db: TestDb) {
    let shop = db.shop(1).await;
    write(&db.db, shop, 1).await.unwrap();
    let folder = Folder::new();
    let snapshot = copy(&db, &folder).await;
    // What came after the copy is lost with the database, but somebody saw it.
    write(&db.db, shop, 2).await.unwrap();
    let position = |db: &TestDb| {
        let sql = "SELECT tx, number FROM events ORDER BY tx DESC, number DESC LIMIT 1";
        let read = db.db.clone();
        async move {
            let row = read.read(move |r| r.one(sql, Vec::new())).await.unwrap();
            EventCursor { tx: row.get(0).unwrap(), number: row.get(1).unwrap() }
        }
    };
    let seen = position(&db).await;
    let place = another(&db);
    restore(&folder, &place.location(), &snapshot, true).await.unwrap();
    let back = TestDb { db: Db::open(&place.location(), TUNING, at(0)).unwrap(), place };
    assert!(!back.read(move |r| retention::events_resumable(r, shop.org, seen)).await);
    write(&back.db, shop, 3).await.unwrap();
    let fresh = position(&back).await;
    assert!((fresh.tx, fresh.number) > (seen.tx, seen.number), "{fresh:?} after {seen:?}");
    assert!(back.read(move |r| retention::events_resumable(r, shop.org, fresh)).await);
    assert!(!back.read(move |r| retention::events_resumable(r, shop.org, seen)).await);
}
