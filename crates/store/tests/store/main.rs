//! Every public function of `store`, on both databases (invariant I8).
//!
//! SQLite runs always. PostgreSQL runs against the server whose address stands in `WAYPOST_TEST_POSTGRES_URL`; each test
//! makes a database of its own there and drops it.
#![expect(clippy::unwrap_used, reason = "a test that can't go on stops")]

/// Makes of `async fn name(db: TestDb)` the tests `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() { super::$name($crate::home::TestDb::sqlite()).await }
            #[tokio::test]
            async fn postgres() {
                if let Some(db) = $crate::home::TestDb::postgres() { super::$name(db).await }
            }
        }
    )*};
}

mod home;
mod shop;
mod stop;

mod accounts;
mod backup;
mod checks;
mod contacts;
mod conversations;
mod db;
mod deliveries;
mod events;
mod idempotency;
mod jobs;
mod lanes;
mod leases;
mod media;
mod messages;
mod migrations;
mod nodes;
mod outbound;
mod phone_numbers;
mod reactions;
mod replays;
mod retention;
mod rules;
mod search;
mod sharing;
mod signals;
mod state;
mod statuses;
mod templates;
mod trouble;
