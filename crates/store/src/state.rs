//! The state hash: one number for all that people see, the same in every database that was told the same things.
//!
//! Our own ids are made by dice and by the clock, so no thing is named by them here but by what the world calls it: a
//! contact by its identities, a message by its number and wamid. Each thing is hashed by itself and the hashes are added
//! up, so that neither the order of rows nor the databases' ways of sorting matter.

use crate::{Bind, FIRST, Reader, Result, Row, binds};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt};
use uuid::Uuid;

/// Rows read at once.
const PAGE: usize = 2_000;

/// What is hashed, as a number: hashes of different versions say nothing about each other.
pub const VERSION: u32 = 1;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything that the hash knows of.
    Everything,
    /// Only what webhook deliveries alone bring: messages that came by one, and whom and what they touch, without what
    /// agents and rules made of it. Two databases that handled the same deliveries agree in it, whatever else was done.
    Deliveries,
}

/// A state, as a hash and in counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// 256 bits in 64 letters: the sum of the things' hashes.
    pub hash: String,
    /// Contacts.
    pub contacts: u64,
    /// Conversations.
    pub conversations: u64,
    /// Messages, in and out.
    pub messages: u64,
    /// Statuses of messages.
    pub statuses: u64,
    /// Reactions, also those that were taken back.
    pub reactions: u64,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hash)
    }
}

/// A state that is being added up.
#[derive(Default)]
struct Sum {
    parts: [u64; 4],
    state: State,
}

impl Sum {
    fn add(&mut self, item: Item) {
        let digest: [u8; 32] = item.0.finalize().into();
        let mut carry = false;
        // The last part is the least: the carry goes to the left, as on paper.
        for (part, bytes) in self.parts.iter_mut().zip(digest.chunks_exact(8)).rev() {
            let value = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            let (sum, over) = part.overflowing_add(value);
            let (sum, over_by_carry) = sum.overflowing_add(u64::from(carry));
            (*part, carry) = (sum, over || over_by_carry);
        }
    }
}

/// What contacts are called in the hash, by our ids.
type Names = HashMap<Uuid, [u8; 16]>;

/// Hashes the state, over all organizations: a system job's question. It reads every contact and message, and keeps 32
/// bytes a contact in memory; only what is read in one transaction is one moment.
pub fn state(r: &mut Reader<'_>, scope: Scope) -> Result<State> {
    let mut sum = Sum::default();
    let names = contacts(r, scope, &mut sum)?;
    conversations(r, scope, &names, &mut sum)?;
    messages(r, scope, &names, &mut sum)?;
    statuses(r, scope, &mut sum)?;
    reactions(r, scope, &mut sum)?;
    let hash = sum.parts.iter().map(|part| format!("{part:016x}")).collect();
    Ok(State { hash, ..sum.state })
}

/// One thing on its way into its hash. Every value goes in with its kind and length, so that no two things look alike.
struct Item(Sha256);

impl Item {
    fn new(kind: &str) -> Self {
        let mut item = Self(Sha256::new());
        item.bytes(b'k', kind.as_bytes());
        item
    }

    fn bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.0.update([kind]);
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn value(&mut self, value: &Bind) {
        match value {
            Bind::Null => self.bytes(b'n', &[]),
            Bind::Int(v) => self.bytes(b'i', &v.to_be_bytes()),
            Bind::Text(v) => self.bytes(b't', v.as_bytes()),
            Bind::Blob(v) => self.bytes(b'b', v),
            Bind::Uuid(v) => self.bytes(b'b', v.as_bytes()),
        }
    }

    /// The columns of a row from `first` on.
    fn columns(&mut self, row: &Row, first: usize) {
        row.0.iter().skip(first).for_each(|value| self.value(value));
    }

    /// A message's name: its number's, then Meta's id, or ours while there is none.
    fn message(&mut self, row: &Row, first: usize) -> Result<()> {
        self.bytes(b't', row.get::<String>(first)?.as_bytes());
        match row.get::<Option<String>>(first + 1)? {
            Some(wamid) => self.bytes(b't', wamid.as_bytes()),
            None => self.bytes(b'b', row.get::<Uuid>(first + 2)?.as_bytes()),
        }
        Ok(())
    }
}

/// Every row of a question that begins at `$1`, in the order of its first column, and takes `$2` of them.
fn each(r: &mut Reader<'_>, sql: &str, mut work: impl FnMut(&Row) -> Result<()>) -> Result<()> {
    let mut after = FIRST;
    loop {
        let rows = r.query(sql, binds![after, PAGE])?;
        rows.iter().try_for_each(&mut work)?;
        match rows.last() {
            Some(last) if rows.len() == PAGE => after = last.get(0)?,
            _ => return Ok(()),
        }
    }
}

/// Which messages, in a question that calls them `m`.
fn which(scope: Scope) -> &'static str {
    match scope {
        Scope::Everything => "",
        Scope::Deliveries => "AND m.cause_kind = 'delivery'",
    }
}

fn contacts(r: &mut Reader<'_>, scope: Scope, sum: &mut Sum) -> Result<Names> {
    // What an agent calls a contact, and an address that an agent wrote down, came by no delivery.
    let (name, whom, kinds) = match scope {
        Scope::Everything => ("c.name", "", ""),
        Scope::Deliveries => (
            "NULL",
            "AND EXISTS (SELECT 1 FROM conversations v JOIN messages m ON m.conversation_id = v.id
                         WHERE v.contact_id = c.id AND m.cause_kind = 'delivery')",
            "AND i.kind IN ('phone', 'bsuid', 'parent_bsuid', 'username')",
        ),
    };
    let page = format!(
        "SELECT c.id, {name}, o.name FROM contacts c JOIN organizations o ON o.id = c.organization_id
         WHERE c.id > $1 {whom} ORDER BY c.id LIMIT $2"
    );
    let known_by = format!(
        "SELECT i.contact_id, i.kind, i.value FROM contact_identities i
         WHERE i.contact_id > $1 AND i.contact_id <= $2 {kinds}"
    );
    let (mut names, mut after) = (Names::new(), FIRST);
    loop {
        let rows = r.query(&page, binds![after, PAGE])?;
        let Some(last) = rows.last() else { return Ok(names) };
        let last: Uuid = last.get(0)?;
        let mut identities: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
        for row in r.query(&known_by, binds![after, last])? {
            identities.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
        }
        for row in &rows {
            let id: Uuid = row.get(0)?;
            names.insert(id, contact(row, identities.remove(&id).unwrap_or_default(), sum));
        }
        after = last;
    }
}

/// Adds a contact and gives what it is called.
fn contact(row: &Row, mut identities: Vec<(String, String)>, sum: &mut Sum) -> [u8; 16] {
    identities.sort();
    let mut called = Item::new("identities");
    for (kind, value) in &identities {
        called.bytes(b't', kind.as_bytes());
        called.bytes(b't', value.as_bytes());
    }
    let digest: [u8; 32] = called.0.finalize().into();
    let mut item = Item::new("contact");
    item.bytes(b'b', &digest);
    item.columns(row, 1);
    sum.add(item);
    sum.state.contacts += 1;
    let mut name = [0; 16];
    name.copy_from_slice(&digest[..16]);
    name
}

fn conversations(r: &mut Reader<'_>, scope: Scope, names: &Names, sum: &mut Sum) -> Result<()> {
    let (stands, whose) = match scope {
        Scope::Everything => ("v.state", ""),
        Scope::Deliveries => (
            "NULL",
            "AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = v.id AND m.cause_kind = 'delivery')",
        ),
    };
    let sql = format!(
        "SELECT v.id, v.contact_id, p.phone_number_id, {stands}, v.window_expires_at
         FROM conversations v JOIN phone_numbers p ON p.id = v.phone_number_id
         WHERE v.id > $1 {whose} ORDER BY v.id LIMIT $2"
    );
    each(r, &sql, |row| {
        let mut item = Item::new("conversation");
        item.bytes(b'b', names.get(&row.get::<Uuid>(1)?).map_or(&[][..], |name| &name[..]));
        item.columns(row, 2);
        sum.state.conversations += 1;
        sum.add(item);
        Ok(())
    })
}

fn messages(r: &mut Reader<'_>, scope: Scope, names: &Names, sum: &mut Sum) -> Result<()> {
    let sql = format!(
        "SELECT m.id, m.contact_id, p.phone_number_id, m.wamid, m.id, m.direction, m.kind, m.state, m.content,
             m.reply_to_wamid, m.error_code, m.error_title, m.error_detail, m.created_at, m.accepted_at, m.sent_at,
             m.delivered_at, m.read_at, m.failed_at
         FROM messages m JOIN phone_numbers p ON p.id = m.phone_number_id
         WHERE m.id > $1 {} ORDER BY m.id LIMIT $2",
        which(scope)
    );
    each(r, &sql, |row| {
        let mut item = Item::new("message");
        item.bytes(b'b', names.get(&row.get::<Uuid>(1)?).map_or(&[][..], |name| &name[..]));
        item.message(row, 2)?;
        item.columns(row, 5);
        sum.state.messages += 1;
        sum.add(item);
        Ok(())
    })
}

fn statuses(r: &mut Reader<'_>, scope: Scope, sum: &mut Sum) -> Result<()> {
    // Notes of our own have no key; they tell of our tries, which no two databases share.
    let sql = format!(
        "SELECT t.id, p.phone_number_id, m.wamid, m.id, t.status_key, t.state, t.at
         FROM message_transitions t JOIN messages m ON m.id = t.message_id
         JOIN phone_numbers p ON p.id = m.phone_number_id
         WHERE t.id > $1 AND t.status_key IS NOT NULL {} ORDER BY t.id LIMIT $2",
        which(scope)
    );
    each(r, &sql, |row| {
        let mut item = Item::new("status");
        item.message(row, 1)?;
        item.columns(row, 4);
        sum.state.statuses += 1;
        sum.add(item);
        Ok(())
    })
}

fn reactions(r: &mut Reader<'_>, scope: Scope, sum: &mut Sum) -> Result<()> {
    let sql = format!(
        "SELECT x.message_id, p.phone_number_id, m.wamid, m.id, x.direction, x.emoji, x.at
         FROM reactions x JOIN messages m ON m.id = x.message_id JOIN phone_numbers p ON p.id = m.phone_number_id
         WHERE (x.message_id, x.direction) > ($1, $3) {} ORDER BY x.message_id, x.direction LIMIT $2",
        match scope {
            Scope::Everything => "",
            Scope::Deliveries => "AND m.cause_kind = 'delivery' AND x.direction = 'inbound'",
        }
    );
    let (mut after, mut direction) = (FIRST, String::new());
    loop {
        let rows = r.query(&sql, binds![after, PAGE, &direction])?;
        for row in &rows {
            let mut item = Item::new("reaction");
            item.message(row, 1)?;
            item.columns(row, 4);
            sum.state.reactions += 1;
            sum.add(item);
        }
        match rows.last() {
            Some(last) if rows.len() == PAGE => (after, direction) = (last.get(0)?, last.get(4)?),
            _ => return Ok(()),
        }
    }
}
