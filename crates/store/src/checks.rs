//! Questions about how the database itself and what waits in it are doing, for those who look after it. Over all
//! organizations.

use crate::{Dialect, Reader, Result, binds};
use model::{Timestamp, id::NodeId};

/// How a SQLite file is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePages {
    /// Bytes of a page.
    pub page_size: u64,
    /// Pages of the file.
    pub pages: u64,
    /// Those of them that are empty and will be filled first.
    pub free: u64,
}

/// How a SQLite file is filled; `None` on PostgreSQL.
pub fn file_pages(r: &mut Reader<'_>) -> Result<Option<FilePages>> {
    if r.dialect() == Dialect::Postgres {
        return Ok(None);
    }
    let mut number = |sql| r.one(sql, binds![])?.get(0);
    Ok(Some(FilePages {
        page_size: number("PRAGMA page_size")?,
        pages: number("PRAGMA page_count")?,
        free: number("PRAGMA freelist_count")?,
    }))
}

/// What SQLite's own check finds wrong with its file, at most ten things; always nothing on PostgreSQL, which checks what it
/// reads as it goes. Reads the whole file.
pub fn damage(r: &mut Reader<'_>) -> Result<Vec<String>> {
    if r.dialect() == Dialect::Postgres {
        return Ok(Vec::new());
    }
    let found = r.query("PRAGMA quick_check(10)", binds![])?;
    let found = found.iter().map(|row| row.get(0)).collect::<Result<Vec<String>>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// A PostgreSQL server, as far as it matters to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// As `150004`.
    pub version: i64,
    /// The server's clock.
    pub clock: Timestamp,
    /// Bytes of our database.
    pub bytes: u64,
    /// Whether it cleans up by itself.
    pub autovacuum: bool,
    /// Seconds since the oldest open transaction began: rows that it may still see can't be cleaned up.
    pub oldest_transaction: u64,
    /// Transactions since the oldest row that was not frozen; beyond two thousand million the server stops.
    pub age: u64,
    /// Tables of which more than a fifth is dead, and more than 10,000 rows: name, living, dead.
    pub bloated: Vec<(String, u64, u64)>,
}

/// The PostgreSQL server; `None` on SQLite. The only place where a database is asked what time it is: nothing is decided by
/// it, it is compared with ours, because nodes whose clocks disagree hold leases at the wrong time.
pub fn server(r: &mut Reader<'_>) -> Result<Option<Server>> {
    if r.dialect() == Dialect::Sqlite {
        return Ok(None);
    }
    let row = r.one(
        "SELECT current_setting('server_version_num')::bigint,
                (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, pg_database_size(current_database()),
                current_setting('autovacuum')::boolean,
                coalesce((SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::bigint FROM pg_stat_activity
                          WHERE datname = current_database() AND pid <> pg_backend_pid()), 0),
                (SELECT age(datfrozenxid)::bigint FROM pg_database WHERE datname = current_database())",
        binds![],
    )?;
    let bloated = r.query(
        "SELECT relname::text, n_live_tup, n_dead_tup FROM pg_stat_user_tables
         WHERE n_dead_tup > 10000 AND n_dead_tup * 5 > n_live_tup ORDER BY n_dead_tup DESC",
        binds![],
    )?;
    Ok(Some(Server {
        version: row.get(0)?,
        clock: row.get(1)?,
        bytes: row.get(2)?,
        autovacuum: row.get::<i64>(3)? != 0,
        oldest_transaction: row.get(4)?,
        age: row.get(5)?,
        bloated: bloated.iter().map(|b| Ok((b.get(0)?, b.get(1)?, b.get(2)?))).collect::<Result<_>>()?,
    }))
}

/// References of a child table's column to a parent table.
const REFERENCES: [(&str, &str, &str); 12] = [
    ("phone_numbers", "meta_app_id", "meta_apps"),
    ("contact_identities", "contact_id", "contacts"),
    ("conversations", "contact_id", "contacts"),
    ("conversations", "phone_number_id", "phone_numbers"),
    ("messages", "conversation_id", "conversations"),
    ("messages", "contact_id", "contacts"),
    ("messages", "phone_number_id", "phone_numbers"),
    ("messages", "media_id", "media"),
    ("message_transitions", "message_id", "messages"),
    ("reactions", "message_id", "messages"),
    ("outbound", "message_id", "messages"),
    ("webhook_deliveries", "meta_app_id", "meta_apps"),
];

/// References that lead nowhere, as `messages.contact_id` with their count. Reads whole tables.
pub fn dangling(r: &mut Reader<'_>) -> Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for (child, column, parent) in REFERENCES {
        let sql = format!(
            "SELECT count(*) FROM {child} c WHERE c.{column} IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = c.{column})"
        );
        let many: u64 = r.one(&sql, binds![])?.get(0)?;
        if many > 0 {
            found.push((format!("{child}.{column}"), many));
        }
    }
    Ok(found)
}

/// How many deliveries were set aside and are still kept.
pub fn set_aside(r: &mut Reader<'_>) -> Result<u64> {
    r.one("SELECT count(*) FROM webhook_deliveries WHERE state = 'failed'", binds![])?.get(0)
}

/// How many messages of unknown outcome were sent again once and wait for a person.
pub fn undecided(r: &mut Reader<'_>) -> Result<u64> {
    r.one("SELECT count(*) FROM outbound WHERE state = 'unknown' AND resends > 0", binds![])?.get(0)
}

/// A number whose sends wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// As people read it.
    pub number: String,
    /// Why.
    pub reason: String,
}

/// The numbers that are parked.
pub fn parked(r: &mut Reader<'_>) -> Result<Vec<Parked>> {
    r.query(
        "SELECT display_phone_number, parked_reason FROM phone_numbers WHERE parked_reason IS NOT NULL ORDER BY id",
        binds![],
    )?
    .iter()
    .map(|row| Ok(Parked { number: row.get(0)?, reason: row.get(1)? }))
    .collect()
}

/// A process as it said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: NodeId,
    /// What it does, as stored.
    pub roles: String,
    /// Its version.
    pub version: String,
    /// When it was heard last, by its own clock.
    pub seen_at: Timestamp,
}

/// The processes that said that they are at work, the one heard last first.
pub fn nodes(r: &mut Reader<'_>) -> Result<Vec<Node>> {
    r.query("SELECT id, roles, version, seen_at FROM nodes ORDER BY seen_at DESC, id", binds![])?
        .iter()
        .map(|row| {
            Ok(Node { id: row.get(0)?, roles: row.get(1)?, version: row.get(2)?, seen_at: row.get(3)? })
        })
        .collect()
}

/// Who holds what, and until when: name, node, moment.
pub fn leases(r: &mut Reader<'_>) -> Result<Vec<(String, NodeId, Timestamp)>> {
    r.query("SELECT name, node_id, expires_at FROM leases ORDER BY name", binds![])?
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .collect()
}
