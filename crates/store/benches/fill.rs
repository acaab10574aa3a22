//! Not a measurement but what one needs: fills the SQLite database of an installation that was set up with many contacts and
//! messages, as years of use would leave them, quickly. `cargo xtask bench idle` calls it.
//!
//!     cargo bench -p store --bench fill -- FILE CONTACTS MESSAGES
//!
//! Messages go round the contacts over one year that ends when the number was connected, one from the contact and one of ours by
//! turns, each with its story. What is kept only for a time (deliveries, events, how messages went out) is left out.

use model::{
    Timestamp,
    cause::Cause,
    contact::IdentityKind,
    id::{DeliveryId, MessageId},
};
use rusqlite::{Connection, Statement, params};
use serde_json::json;
use std::time::Instant;
use uuid::Uuid;

type Filled = Result<(), Box<dyn std::error::Error>>;

/// 365 days in microseconds.
const YEAR: i64 = 365 * 86_400 * 1_000_000;
/// How long a contact's message lets us write, in microseconds.
const WINDOW: i64 = 86_400 * 1_000_000;
/// The first contact's `wa_id`; the others follow. The benchmark writes as these people.
const FIRST_PHONE: u64 = 34_600_000_000;

fn main() -> Filled {
    // Cargo adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [file, contacts, messages] = &words[..] else {
        // Run without arguments, as `cargo test --benches` does, there is nothing to fill.
        eprintln!("fill FILE CONTACTS MESSAGES");
        return Ok(());
    };
    let began = Instant::now();
    let plan = Plan::of(&Connection::open(file)?, contacts.parse()?, messages.parse()?)?;
    let db = Connection::open(file)?;
    // A machine that fails half-way leaves nothing worth keeping.
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA locking_mode = EXCLUSIVE",
    )?;
    let indexes = take_indexes(&db)?;
    db.execute_batch("BEGIN")?;
    plan.contacts(&db)?;
    plan.messages(&db)?;
    db.execute_batch("COMMIT")?;
    for index in indexes {
        db.execute_batch(&index)?;
    }
    db.execute_batch(
        "PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)",
    )?;
    drop(db);
    let size = std::fs::metadata(file)?.len();
    println!(
        "{}",
        json!({"contacts": plan.contacts, "messages": plan.messages, "bytes": size,
            "seconds": (began.elapsed().as_secs_f64() * 10.0).round() / 10.0})
    );
    Ok(())
}

/// Takes away the indexes of what is filled, and gives what makes them again: sorted once is quicker than in order of time.
fn take_indexes(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut found = db.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
         AND tbl_name IN ('contacts', 'contact_identities', 'conversations', 'messages', 'message_transitions')",
    )?;
    let rows = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut made = Vec::new();
    for row in rows {
        let (name, sql) = row?;
        made.push((name, sql));
    }
    drop(found);
    for (name, _) in &made {
        db.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(made.into_iter().map(|(_, sql)| sql).collect())
}

/// Whose database it is, and how much goes in.
struct Plan {
    org: Vec<u8>,
    number: Vec<u8>,
    /// The moment that the year ends with, in microseconds.
    end: i64,
    contacts: u64,
    messages: u64,
}

impl Plan {
    fn of(db: &Connection, contacts: u64, messages: u64) -> Result<Self, rusqlite::Error> {
        let find = "SELECT organization_id, id, created_at FROM phone_numbers";
        let (org, number, end) = db.query_row(find, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(Self { org, number, end, contacts: contacts.max(1), messages })
    }

    /// When message number `n` was written.
    fn at(&self, n: u64) -> i64 {
        let share = n as f64 / self.messages.max(1) as f64;
        self.end - YEAR + (YEAR as f64 * share) as i64
    }

    /// The contacts were there before they wrote.
    fn met(&self, contact: u64) -> i64 {
        self.at(contact.min(self.messages))
    }

    fn contacts(&self, db: &Connection) -> Filled {
        let mut person = db.prepare(
            "INSERT INTO contacts (id, organization_id, name, search_name, named_by, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, 'profile', ?5, ?5)",
        )?;
        let mut thread = db.prepare(
            "INSERT INTO conversations (id, organization_id, phone_number_id, contact_id, state, window_expires_at, read_up_to,
                 created_at, last_message_at) VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7, ?8)",
        )?;
        for n in 0..self.contacts {
            let (met, name) = (self.met(n), format!("Person {n}"));
            let id = id(met, n, Kind::Contact);
            person.execute(params![&id[..], self.org, name, name.to_lowercase(), met])?;
            let last = self.last_of(n);
            let seen = last.map(|m| crate::id(self.at(m), m, Kind::Message));
            let wrote = last.map(|m| self.at(m));
            let window = wrote.map(|at| at + WINDOW);
            thread.execute(params![
                &crate::id(met, n, Kind::Conversation)[..],
                self.org,
                self.number,
                &id[..],
                window,
                seen.as_ref().map(|id| &id[..]),
                met,
                wrote.unwrap_or(met)
            ])?;
        }
        self.identities(db)
    }

    /// A phone number and a business-scoped id each; kind by kind, as the key is sorted.
    fn identities(&self, db: &Connection) -> Filled {
        let mut identity = db.prepare(
            "INSERT INTO contact_identities (organization_id, kind, value, contact_id, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (kind, before) in [(IdentityKind::Bsuid, "ES."), (IdentityKind::Phone, "")] {
            for n in 0..self.contacts {
                let (met, value) = (self.met(n), format!("{before}{}", FIRST_PHONE + n));
                let contact = id(met, n, Kind::Contact);
                identity.execute(params![self.org, kind.as_str(), value, &contact[..], met])?;
            }
        }
        Ok(())
    }

    /// The last message of a contact.
    fn last_of(&self, contact: u64) -> Option<u64> {
        let rounds = self.messages.checked_sub(contact + 1)? / self.contacts;
        Some(rounds * self.contacts + contact)
    }

    fn messages(&self, db: &Connection) -> Filled {
        let mut message = db.prepare(
            "INSERT INTO messages (id, organization_id, conversation_id, contact_id, phone_number_id, direction, kind, state,
                 content, preview, wamid, cause_kind, cause_id, created_at, accepted_at, sent_at, delivered_at, read_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'text', ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?14, ?14)",
        )?;
        let mut step = db.prepare(
            "INSERT INTO message_transitions (id, organization_id, message_id, status_key, state, at, recorded_at, cause_kind,
                 cause_id) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, ?6, ?7)",
        )?;
        for n in 0..self.messages {
            let written = Written::of(self, n);
            self.message(&mut message, &written)?;
            for (place, state) in written.states().iter().enumerate() {
                let row = id(written.at, n * 8 + place as u64, Kind::Step);
                let (key, cause) = (&written.key[..], &written.cause);
                step.execute(params![&row[..], self.org, key, state, written.at, cause.kind(), cause.id()])?;
            }
        }
        Ok(())
    }

    fn message(&self, insert: &mut Statement<'_>, written: &Written) -> Filled {
        let n = written.n;
        let contact = n % self.contacts;
        let met = self.met(contact);
        let text = format!("Message {n}: does it come in another color, and when could it be here?");
        let content = json!({"type": "text", "text": {"body": text}}).to_string();
        insert.execute(params![
            &written.key[..],
            self.org,
            &id(met, contact, Kind::Conversation)[..],
            &id(met, contact, Kind::Contact)[..],
            self.number,
            if written.ours { "outbound" } else { "inbound" },
            written.states().last(),
            content,
            text,
            format!("wamid.HBgLMzQ2MDAwMDAwMDAVAgASGBQzQTRB{n:020}"),
            written.cause.kind(),
            written.cause.id(),
            written.at,
            written.ours.then_some(written.at),
            written.at
        ])?;
        Ok(())
    }
}

/// Message number `n`.
struct Written {
    n: u64,
    at: i64,
    ours: bool,
    key: [u8; 16],
    cause: Cause,
}

impl Written {
    fn of(plan: &Plan, n: u64) -> Self {
        let at = plan.at(n);
        let ours = (n / plan.contacts) % 2 == 1;
        let key = id(at, n, Kind::Message);
        let cause = match ours {
            true => Cause::Sender(MessageId(Uuid::from_bytes(key))),
            false => Cause::Delivery(DeliveryId(Uuid::from_bytes(id(at, n, Kind::Delivery)))),
        };
        Self { n, at, ours, key, cause }
    }

    fn states(&self) -> &'static [&'static str] {
        if self.ours { &["queued", "accepted", "sent", "delivered", "read"] } else { &["received"] }
    }
}

/// What an id is of, so that no two are the same.
#[derive(Clone, Copy)]
enum Kind {
    Contact = 1,
    Conversation,
    Message,
    Step,
    Delivery,
}

/// A UUIDv7 that sorts by its moment (microseconds) and count.
fn id(at: i64, count: u64, kind: Kind) -> [u8; 16] {
    let at = Timestamp::from_microsecond(at).map_or(0, Timestamp::as_millisecond);
    let mut rest = [0; 10];
    rest[1] = kind as u8;
    rest[2..].copy_from_slice(&count.to_be_bytes());
    *uuid::Builder::from_unix_timestamp_millis(at.unsigned_abs(), &rest).as_uuid().as_bytes()
}
