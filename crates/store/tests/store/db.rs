//! Values in and out, the same over both drivers.

use crate::{home::TestDb, shop::id};
use model::{Timestamp, message::Direction};
use serde_json::json;
use store::{Bind, Dialect, Error, Row};
use uuid::Uuid;

on_both! {
    every_kind_of_value_comes_back_as_it_went_in
    a_text_with_the_letter_nul_is_kept_without_it
    placeholders_may_repeat_and_stand_in_any_order
    a_column_of_another_type_is_a_fault_of_ours
    a_database_knows_its_dialect
}

async fn make_values(db: &TestDb) {
    let (blob, uuid) = match db.db.dialect() {
        Dialect::Sqlite => ("BLOB", "BLOB"),
        Dialect::Postgres => ("BYTEA", "UUID"),
    };
    let table = format!("CREATE TABLE kinds (i BIGINT, t TEXT, b {blob}, u {uuid})");
    db.write(move |w| w.exec(&table, Vec::new())).await;
}

async fn round_trip(db: &TestDb, binds: Vec<Bind>) -> Row {
    db.write(move |w| {
        w.exec("DELETE FROM kinds", Vec::new())?;
        w.exec("INSERT INTO kinds (i, t, b, u) VALUES ($1, $2, $3, $4)", binds.clone())?;
        w.one("SELECT i, t, b, u FROM kinds", Vec::new())
    })
    .await
}

async fn every_kind_of_value_comes_back_as_it_went_in(db: TestDb) {
    make_values(&db).await;
    let integers = [i64::MIN, -1, 0, 1, i64::MAX];
    let texts = ["", "hola", "ñ 🌵 \u{202E} \n\t", "'; DROP TABLE kinds; --", "\\"];
    let blobs: [&[u8]; 5] = [b"", b"\0", b"\xff\xfe", b"abc", &[0; 9000]];
    let uuids = [id(0), id(1), id(u128::MAX), id(1 << 64), id(7)];
    for k in 0..5 {
        let binds = vec![integers[k].into(), texts[k].into(), blobs[k].into(), uuids[k].into()];
        let row = round_trip(&db, binds).await;
        assert_eq!(row.get::<i64>(0), Ok(integers[k]));
        assert_eq!(row.get::<String>(1).as_deref(), Ok(texts[k]));
        assert_eq!(row.get::<Vec<u8>>(2).as_deref(), Ok(blobs[k]));
        assert_eq!(row.get::<Uuid>(3), Ok(uuids[k]));
        assert_eq!(row.get::<Option<i64>>(0), Ok(Some(integers[k])));
    }
    let row = round_trip(&db, vec![Bind::Null, Bind::Null, Bind::Null, Bind::Null]).await;
    assert_eq!(row.get::<Option<i64>>(0), Ok(None));
    assert_eq!(row.get::<Option<String>>(1), Ok(None));
    assert_eq!(row.get::<Option<Vec<u8>>>(2), Ok(None));
    assert_eq!(row.get::<Option<Uuid>>(3), Ok(None));

    let value = json!({"a": [1, null, "\u{0}"], "ñ": {"b": 1.5}});
    let before = Timestamp::from_microsecond(-1).unwrap();
    for moment in [Timestamp::MIN, before, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        let row = round_trip(&db, vec![moment.into(), (&value).into(), Bind::Null, Bind::Null]).await;
        let micros = row.get::<Timestamp>(0).unwrap().as_microsecond();
        assert_eq!(micros, moment.as_microsecond(), "moments are kept to the microsecond");
        assert_eq!(row.json(1), Ok(value.clone()));
    }
}

async fn a_text_with_the_letter_nul_is_kept_without_it(db: TestDb) {
    make_values(&db).await;
    let row = round_trip(&db, vec![Bind::Null, "a\0b\0".into(), Bind::Null, Bind::Null]).await;
    assert_eq!(row.get::<String>(1).as_deref(), Ok("a\u{FFFD}b\u{FFFD}"));
}

async fn placeholders_may_repeat_and_stand_in_any_order(db: TestDb) {
    make_values(&db).await;
    let row = db
        .write(|w| {
            let insert = "INSERT INTO kinds (t, i) VALUES ($2, $1)";
            w.exec(insert, vec![Bind::Int(5), Bind::Text("$1 costs".into())])?;
            let select = "SELECT i FROM kinds WHERE t = $2 AND i = $1 AND i + 1 > $1 AND t <> '$1'";
            w.first(select, vec![Bind::Int(5), Bind::Text("$1 costs".into())])
        })
        .await;
    assert_eq!(row.unwrap().get::<i64>(0), Ok(5));
}

async fn a_column_of_another_type_is_a_fault_of_ours(db: TestDb) {
    make_values(&db).await;
    let row = round_trip(&db, vec![Bind::Int(-1), "sideways".into(), Bind::Null, Bind::Null]).await;
    let fault = |result: Result<(), Error>, what: &str| {
        let Err(Error::Database(text)) = result else { panic!("{result:?}") };
        assert!(text.contains(what), "{text}");
    };
    fault(row.get::<String>(0).map(drop), "column 0 of the answer is not a text");
    fault(row.get::<i64>(1).map(drop), "column 1 of the answer is not an integer");
    fault(row.get::<u64>(0).map(drop), "not a count");
    fault(row.get::<u32>(0).map(drop), "not a small count");
    fault(row.get::<i64>(2).map(drop), "not an integer");
    fault(row.get::<Uuid>(1).map(drop), "not a uuid");
    fault(row.get::<i64>(4).map(drop), "not a column");
    fault(row.word(1, Direction::parse).map(drop), "unknown word \"sideways\"");
    fault(row.json(1).map(drop), "not JSON");
    let row = round_trip(&db, vec![Bind::Null, "inbound".into(), Bind::Null, Bind::Null]).await;
    assert_eq!(row.word(1, Direction::parse), Ok(Direction::Inbound));
}

async fn a_database_knows_its_dialect(db: TestDb) {
    let expected = db.db.dialect();
    assert_eq!(db.read(|r| Ok(r.dialect())).await, expected);
    assert_eq!(db.write(|w| Ok(w.dialect())).await, expected);
    assert_eq!(format!("{:?}", db.db), format!("Db({expected:?})"));
    assert_eq!(format!("{:?}", db.db.reader()), format!("ReadDb({expected:?})"));
}
