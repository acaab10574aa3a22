//! Migrations are twins: same numbers, same names, same tables.

use crate::home::{TestDb, reopen};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

on_both! {
    every_migration_is_applied_once_in_order
}

fn files(dialect: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.map(|name| name.strip_suffix(".sql").unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn twins_have_equal_numbers_and_names() {
    let names = files("sqlite");
    assert_eq!(names, files("postgres"));
    for (number, name) in (1..).zip(names) {
        assert!(name.starts_with(&format!("{number:04}_")), "{name} is out of order");
    }
}

async fn every_migration_is_applied_once_in_order(db: TestDb) {
    let applied = |r: &mut store::Reader<'_>| {
        let rows =
            r.query("SELECT number, name, applied_at FROM schema_migrations ORDER BY number", Vec::new())?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
    };
    let first: Vec<(i64, String, i64)> = db.read(applied).await;
    let expected: Vec<_> = (1..).zip(files("sqlite")).map(|(number, name)| (number, name, 0)).collect();
    assert_eq!(first, expected);
    let TestDb { db, place } = db;
    drop(db);
    let db = TestDb { db: reopen(&place.location()).await.unwrap(), place };
    assert_eq!(db.read(applied).await, first, "opened again, later: nothing was applied again");
}

/// A column: its type in one word, and whether it may be absent.
type Column = (String, bool);

/// An index: whether it is unique, whether it leaves rows out, its columns in order. The primary key has no name.
type Index = (String, bool, bool, Vec<String>);

#[derive(Debug, Default, PartialEq)]
struct Table {
    columns: BTreeMap<String, Column>,
    indexes: BTreeSet<Index>,
}

type Tables = BTreeMap<String, Table>;

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let sqlite = sqlite_tables(&TestDb::sqlite());
    assert!(sqlite.len() > 15 && sqlite["messages"].columns.len() > 20, "{sqlite:#?}");
    let key: Vec<String> = ["phone_number_id", "wamid"].map(str::to_owned).into();
    assert!(sqlite["messages"].indexes.contains(&("messages_wamid".into(), true, false, key)));
    let Some(db) = TestDb::postgres() else { return };
    let postgres = postgres_tables(&db).await;
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "table {name}: SQLite left, PostgreSQL right");
    }
}

fn sqlite_tables(db: &TestDb) -> Tables {
    let raw = db.raw_sqlite();
    let texts = |sql: &str| -> Vec<Vec<String>> {
        let mut statement = raw.prepare(sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|i| row.get(i)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let names = texts(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    );
    let table = |name: &str| {
        let columns = texts(&format!(
            "SELECT name, type, CASE WHEN \"notnull\" THEN 'no' ELSE 'yes' END FROM pragma_table_info('{name}')"
        ));
        // The key of a table with an integer key is the row itself and has no index.
        let key = texts(&format!("SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk"));
        let indexes = texts(&format!(
            "SELECT name, CAST(\"unique\" AS TEXT), CAST(partial AS TEXT) FROM pragma_index_list('{name}') WHERE origin <> 'pk'"
        ));
        let columns_of = |index: &str| {
            texts(&format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")).concat()
        };
        let others = indexes.iter().map(|i| (i[0].clone(), i[1] == "1", i[2] == "1", columns_of(&i[0])));
        let strict = texts(&format!("SELECT CAST(strict AS TEXT) FROM pragma_table_list('{name}')"));
        assert_eq!(strict, [["1"]], "{name} is not STRICT");
        Table {
            columns: columns.iter().map(|c| (c[0].clone(), (kind(&c[1]), c[2] == "yes"))).collect(),
            indexes: others.chain([(String::new(), true, false, key.concat())]).collect(),
        }
    };
    names.concat().into_iter().map(|name| (name.clone(), table(&name))).collect()
}

async fn postgres_tables(db: &TestDb) -> Tables {
    let raw = db.raw_postgres().await;
    let mut tables = Tables::new();
    let columns = "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'YES'
        FROM information_schema.columns c WHERE c.table_schema = 'public'";
    for row in raw.query(columns, &[]).await.unwrap() {
        let (table, column, data_type): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let kept = tables.entry(table).or_default().columns.insert(column, (kind(&data_type), row.get(3)));
        assert_eq!(kept, None);
    }
    let indexes = "SELECT t.relname::text, CASE WHEN x.indisprimary THEN '' ELSE i.relname::text END,
            x.indisunique, x.indpred IS NOT NULL,
            ARRAY(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public'";
    for row in raw.query(indexes, &[]).await.unwrap() {
        let table: String = row.get(0);
        tables.get_mut(&table).unwrap().indexes.insert((row.get(1), row.get(2), row.get(3), row.get(4)));
    }
    tables
}

/// One word for what is the same to us on both databases.
fn kind(data_type: &str) -> String {
    match data_type {
        "BLOB" | "bytea" | "uuid" => "bytes",
        "INTEGER" | "bigint" => "integer",
        "TEXT" | "text" => "text",
        other => other,
    }
    .to_owned()
}
