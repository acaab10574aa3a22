//! A look at how an installation is, for those who look after it: each finding in plain words, with what to do.

mod disk;
mod queues;

use super::Place;
use crate::{Config, Error, Result, meta::Graph};
use jiff::SignedDuration;
use model::{Timestamp, time::Clock};
use serde::Serialize;
use store::{Location, ReadDb, Reader, checks};

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Works, but somebody should look.
    Warn,
    /// Doesn't work, or won't for long.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, a stable word such as `disk`.
    pub check: &'static str,
    /// How it is.
    pub level: Level,
    /// That in words.
    pub says: String,
    /// What to do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
}

impl Finding {
    fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, says: says.into(), advice: None }
    }

    fn warn(check: &'static str, says: impl Into<String>, advice: &'static str) -> Self {
        Self { check, level: Level::Warn, says: says.into(), advice: Some(advice) }
    }

    fn fail(check: &'static str, says: impl Into<String>, advice: &'static str) -> Self {
        Self { check, level: Level::Fail, says: says.into(), advice: Some(advice) }
    }

    fn of(level: Level, check: &'static str, says: String, advice: &'static str) -> Self {
        Self { check, level, says, advice: (level != Level::Ok).then_some(advice) }
    }
}

/// What is to be looked at.
#[derive(Debug, Clone)]
pub struct Examine {
    /// The installation.
    pub place: Place,
    /// How it reaches the Graph API.
    pub config: Config,
    /// Our clock.
    pub clock: Clock,
    /// Whether whole tables are read as well, to see that no reference leads nowhere.
    pub deep: bool,
}

/// Looks at everything, and changes nothing; the installation may be at work.
pub async fn examine(what: &Examine) -> Vec<Finding> {
    let mut all = disk::look(&what.place);
    match database(what).await {
        Ok(findings) => all.extend(findings),
        Err(error) => all.push(Finding::fail(
            "database",
            format!("the database can't be read: {error}"),
            "see that it is there, that its server runs, and that this user may read it",
        )),
    }
    all.push(meta_clock(&what.config, &what.clock).await);
    all
}

async fn database(what: &Examine) -> Result<Vec<Finding>> {
    let (location, clock, deep) = (what.place.database.clone(), what.clock.clone(), what.deep);
    let opened = tokio::task::spawn_blocking(move || ReadDb::open(&location, 1)).await;
    let db = opened.map_err(|e| Error::Internal(e.to_string()))??;
    db.read(move |r| {
        let schema = store::schema(r)?;
        let mut all = vec![migrations(&schema)];
        all.extend(storage(r, &clock)?);
        // What an older table doesn't have can't be asked for.
        if schema.due.is_empty() {
            all.extend(queues::look(r, clock.now())?);
            if deep {
                all.push(references(r)?);
            }
        }
        Ok(all)
    })
    .await
}

fn migrations(schema: &store::Schema) -> Finding {
    if schema.due.is_empty() {
        return Finding::ok("migrations", format!("the tables are up to date (migration {})", schema.number));
    }
    let says = format!("due: {}", schema.due.join(", "));
    Finding::warn("migrations", says, "take a backup, then run `waypost migrate`, or start this Waypost")
}

fn storage(r: &mut Reader<'_>, clock: &Clock) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    if let Some(file) = checks::file_pages(r)? {
        let (size, free) = (file.pages * file.page_size, file.free * file.page_size);
        let says =
            format!("{} of data, {} empty inside of the file", disk::size(size - free), disk::size(free));
        let advice = "empty pages are filled again; a backup brought back is without them";
        let level = if free > size / 2 && free > disk::GIB { Level::Warn } else { Level::Ok };
        all.push(Finding::of(level, "file", says, advice));
        let damage = checks::damage(r)?;
        all.push(match damage.first() {
            None => Finding::ok("integrity", "SQLite finds nothing wrong with its file"),
            Some(first) => Finding::fail(
                "integrity",
                format!("SQLite finds its file damaged: {first}"),
                "stop Waypost, keep a copy of the file, and bring back the newest backup",
            ),
        });
    }
    if let Some(server) = checks::server(r)? {
        all.extend(postgres(&server, clock.now()));
    }
    Ok(all)
}

/// Rows that may be seen by a transaction of this age, in seconds, are kept from being cleaned up for too long.
const LONG_TRANSACTION: u64 = 3_600;
/// PostgreSQL stops at 2,000 million; autovacuum sees to it from 200 million on.
const OLD: u64 = 500_000_000;

fn postgres(server: &checks::Server, now: Timestamp) -> Vec<Finding> {
    let version = server.version / 10_000;
    let says = format!("PostgreSQL {version}, {} of data", disk::size(server.bytes));
    let level = if version < 13 { Level::Fail } else { Level::Ok };
    let mut all = vec![Finding::of(level, "server", says, "Waypost needs PostgreSQL 13 or newer")];
    all.push(skew("database clock", server.clock, now));
    if !server.autovacuum {
        all.push(Finding::fail(
            "autovacuum",
            "autovacuum is off",
            "set autovacuum = on: tables grow without end",
        ));
    }
    if server.oldest_transaction > LONG_TRANSACTION {
        let says = format!("a transaction is open for {} minutes", server.oldest_transaction / 60);
        all.push(Finding::warn("autovacuum", says, "end it: nothing newer than it can be cleaned up"));
    }
    if server.age > OLD {
        let says = format!("the oldest rows are {} million transactions old", server.age / 1_000_000);
        all.push(Finding::warn("autovacuum", says, "run VACUUM FREEZE in a quiet hour"));
    }
    for (table, living, dead) in &server.bloated {
        let says = format!("{table}: {dead} dead rows beside {living} living ones");
        all.push(Finding::warn(
            "autovacuum",
            says,
            "see why autovacuum lags; VACUUM (ANALYZE) of the table helps now",
        ));
    }
    if !all.iter().any(|finding| finding.check == "autovacuum") {
        all.push(Finding::ok("autovacuum", "dead rows are cleaned up in time"));
    }
    all
}

fn references(r: &mut Reader<'_>) -> Result<Finding> {
    let found = checks::dangling(r)?;
    if found.is_empty() {
        return Ok(Finding::ok("references", "every row that is named is there"));
    }
    let list: Vec<String> = found.iter().map(|(column, many)| format!("{many} of {column}")).collect();
    let says = format!("references that lead nowhere: {}", list.join(", "));
    Ok(Finding::fail(
        "references",
        says,
        "something else has written to this database; compare with a backup",
    ))
}

/// Meta's clock against ours: a token's proof that carries the time is refused when they differ, and windows open and close by
/// Meta's.
async fn meta_clock(config: &Config, clock: &Clock) -> Finding {
    let check = "Meta's clock";
    let unknown = |why: String| {
        Finding::warn(
            check,
            format!("{} can't be asked: {why}", config.graph_base_url),
            "see that this machine reaches it",
        )
    };
    let graph = match Graph::new(config, clock.clone()) {
        Ok(graph) => graph,
        Err(error) => return unknown(error.to_string()),
    };
    match graph.bare().host_date().await {
        Ok(Some(date)) => match jiff::fmt::rfc2822::parse(&date) {
            Ok(theirs) => skew(check, theirs.timestamp(), clock.now()),
            Err(error) => unknown(error.to_string()),
        },
        Ok(None) => unknown("it gave no date".into()),
        Err(error) => unknown(error.to_string()),
    }
}

/// Two clocks that differ by this much are worth a word.
const SKEW_WARN: SignedDuration = SignedDuration::from_millis(1_500);
/// By this much, and leases of five seconds are held by two, or by nobody.
const SKEW_FAIL: SignedDuration = SignedDuration::from_secs(4);

fn skew(check: &'static str, theirs: Timestamp, ours: Timestamp) -> Finding {
    let ahead = ours.duration_since(theirs);
    let level = match ahead.abs() {
        by if by >= SKEW_FAIL => Level::Fail,
        by if by >= SKEW_WARN => Level::Warn,
        _ => Level::Ok,
    };
    let says = match (level, ahead.is_positive()) {
        (Level::Ok, _) => "agrees with this machine's".to_owned(),
        (_, true) => format!("this machine's is {:.1} s ahead", ahead.as_secs_f64()),
        (_, false) => format!("this machine's is {:.1} s behind", -ahead.as_secs_f64()),
    };
    Finding::of(level, check, says, "let all machines take their time from NTP")
}

fn is_file(location: &Location) -> Option<&std::path::Path> {
    match location {
        Location::File(path) => Some(path),
        Location::Postgres(_) => None,
    }
}

impl Graph {
    /// A client that asks what needs no credentials.
    fn bare(&self) -> crate::meta::Client {
        self.client(&store::phone_numbers::Credentials {
            phone_number_id: String::new(),
            waba_id: String::new(),
            access_token: String::new(),
            app_secret: String::new(),
            meta_app_id: model::id::MetaAppId(uuid::Uuid::nil()),
        })
    }
}
