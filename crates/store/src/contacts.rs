//! Contacts and the identities they are known by.

use crate::{LAST, Reader, Result, Row, Writer, binds};
use model::{
    Timestamp,
    contact::{Contact, Identity, IdentityKind, Sighting},
    id::{ContactId, OrganizationId},
    page::{Page, PageRequest},
};

/// The contact with this id.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: ContactId) -> Result<Option<Contact>> {
    let rows = r.query(
        &format!(
            "SELECT {WHOLE} FROM contacts c {KNOWN_BY} WHERE c.organization_id = $1 AND c.id = $2 {IN_ORDER}"
        ),
        binds![org, id],
    )?;
    whole(&rows)
}

/// A contact in as many rows as it has identities, and in one without.
const WHOLE: &str = "c.id, c.name, c.created_at, c.updated_at, k.kind, k.value";
const KNOWN_BY: &str = "LEFT JOIN contact_identities k ON k.contact_id = c.id";
const IN_ORDER: &str = "ORDER BY k.created_at, k.kind, k.value";

fn whole(rows: &[Row]) -> Result<Option<Contact>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut identities = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(value) = row.get::<Option<String>>(5)? {
            identities.push(Identity { kind: row.word(4, IdentityKind::parse)?, value });
        }
    }
    Ok(Some(Contact {
        id: first.get(0)?,
        name: first.get(1)?,
        identities,
        created_at: first.get(2)?,
        updated_at: first.get(3)?,
    }))
}

/// A contact of a list, whose identities are asked for.
fn listed(r: &mut Reader<'_>, row: &Row) -> Result<Contact> {
    let id: ContactId = row.get(0)?;
    let identities = identities(r, id)?;
    Ok(Contact { id, name: row.get(1)?, identities, created_at: row.get(2)?, updated_at: row.get(3)? })
}

/// Everything a contact is known by, oldest first.
pub(crate) fn identities(r: &mut Reader<'_>, id: ContactId) -> Result<Vec<Identity>> {
    r.query(
        "SELECT kind, value FROM contact_identities WHERE contact_id = $1 ORDER BY created_at, kind, value",
        binds![id],
    )?
    .iter()
    .map(|row| Ok(Identity { kind: row.word(0, IdentityKind::parse)?, value: row.get(1)? }))
    .collect()
}

/// The contact that has this identity.
pub fn by_identity(r: &mut Reader<'_>, org: OrganizationId, identity: &Identity) -> Result<Option<Contact>> {
    let rows = r.query(
        &format!(
            "SELECT {WHOLE} FROM contact_identities i JOIN contacts c ON c.id = i.contact_id {KNOWN_BY}
             WHERE i.organization_id = $1 AND i.kind = $2 AND i.value = $3 {IN_ORDER}"
        ),
        binds![org, identity.kind.as_str(), &identity.value],
    )?;
    whole(&rows)
}

/// Whether some contact has this identity.
pub fn is_taken(r: &mut Reader<'_>, org: OrganizationId, identity: &Identity) -> Result<bool> {
    let row = r.first(
        "SELECT 1 FROM contact_identities WHERE organization_id = $1 AND kind = $2 AND value = $3",
        binds![org, identity.kind.as_str(), &identity.value],
    )?;
    Ok(row.is_some())
}

/// What [`sight`] found or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighted {
    /// The contact as it is now.
    pub contact: Contact,
    /// Whether anything about it is new.
    pub changed: bool,
}

/// Finds the contact that a sighting tells of, or makes it with `new_id`, and learns what is new: identities, and the
/// profile name unless an agent wrote another.
///
/// The stable identities decide first: a BSUID before a phone number, which can pass to another person. A username
/// never decides. Name and username change: a sighting from before the newest message of the contact, which came late or
/// comes again, doesn't bring back old ones.
pub fn sight(
    w: &mut Writer<'_>,
    org: OrganizationId,
    sighting: &Sighting,
    new_id: ContactId,
    now: Timestamp,
) -> Result<Sighted> {
    use IdentityKind::{Bsuid, ParentBsuid, Phone};
    let mut found = None;
    for kind in [Bsuid, ParentBsuid, Phone] {
        for identity in sighting.identities.iter().filter(|i| i.kind == kind) {
            if found.is_none() {
                found = by_identity(w, org, identity)?;
            }
        }
    }
    let known = found.is_some();
    let mut contact = match found {
        Some(contact) => contact,
        None => insert(w, org, new_id, sighting.name.as_deref().unwrap_or_default(), "profile", now)?,
    };
    if known && is_outdated(w, org, &contact, sighting)? {
        let lasting: Vec<_> =
            sighting.identities.iter().filter(|i| i.kind != IdentityKind::Username).cloned().collect();
        let learned = learn(w, org, &mut contact, &lasting, now)?;
        return Ok(Sighted { contact, changed: learned });
    }
    let learned = learn(w, org, &mut contact, &sighting.identities, now)?;
    let renamed = known && rename_by_profile(w, org, &mut contact, sighting.name.as_deref(), now)?;
    Ok(Sighted { contact, changed: !known || learned || renamed })
}

/// Whether a sighting would change the name or username of somebody who has written since. Asks the database only when
/// there would be a change, which is rare.
fn is_outdated(
    r: &mut Reader<'_>,
    org: OrganizationId,
    contact: &Contact,
    sighting: &Sighting,
) -> Result<bool> {
    let Some(at) = sighting.at else { return Ok(false) };
    let named = sighting.name.as_ref().is_some_and(|name| *name != contact.name && !contact.name.is_empty());
    let mut usernames = sighting.identities.iter().filter(|i| i.kind == IdentityKind::Username);
    if !named && usernames.all(|username| contact.identities.contains(username)) {
        return Ok(false);
    }
    let newer = r.first(
        "SELECT 1 FROM conversations v JOIN messages m ON m.conversation_id = v.id
         WHERE v.organization_id = $1 AND v.contact_id = $2 AND m.direction = 'inbound' AND m.created_at > $3 LIMIT 1",
        binds![org, contact.id, at],
    )?;
    Ok(newer.is_some())
}

/// Adds a contact without identities. `named_by` is `profile` or `agent`.
pub fn insert(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: ContactId,
    name: &str,
    named_by: &str,
    now: Timestamp,
) -> Result<Contact> {
    w.run(
        "INSERT INTO contacts (id, organization_id, name, search_name, named_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        binds![id, org, name, name.to_lowercase(), named_by, now],
    )?;
    Ok(Contact { id, name: name.to_owned(), identities: Vec::new(), created_at: now, updated_at: now })
}

/// Adds the identities that the contact is not yet known by. One that another contact has stays there, except a
/// username: it moves, because usernames change hands.
pub fn learn(
    w: &mut Writer<'_>,
    org: OrganizationId,
    contact: &mut Contact,
    identities: &[Identity],
    now: Timestamp,
) -> Result<bool> {
    let mut learned = false;
    for identity in identities.iter().filter(|i| !i.value.is_empty()) {
        if contact.identities.contains(identity) {
            continue;
        }
        if identity.kind == IdentityKind::Username {
            replace_username(w, org, contact, &identity.value)?;
        }
        let added = w.exec(
            "INSERT INTO contact_identities (organization_id, kind, value, contact_id, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            binds![org, identity.kind.as_str(), &identity.value, contact.id, now],
        )?;
        if added > 0 {
            contact.identities.push(identity.clone());
            learned = true;
        }
    }
    if learned && contact.updated_at != now {
        contact.updated_at = now;
        w.run(
            "UPDATE contacts SET updated_at = $3 WHERE organization_id = $1 AND id = $2",
            binds![org, contact.id, now],
        )?;
    }
    Ok(learned)
}

fn replace_username(
    w: &mut Writer<'_>,
    org: OrganizationId,
    contact: &mut Contact,
    username: &str,
) -> Result<()> {
    contact.identities.retain(|i| i.kind != IdentityKind::Username);
    w.run(
        "DELETE FROM contact_identities WHERE organization_id = $1 AND kind = 'username' AND (value = $2 OR contact_id = $3)",
        binds![org, username, contact.id],
    )
}

fn rename_by_profile(
    w: &mut Writer<'_>,
    org: OrganizationId,
    contact: &mut Contact,
    name: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let Some(name) = name.filter(|n| !n.is_empty() && *n != contact.name) else { return Ok(false) };
    let renamed = w.exec(
        "UPDATE contacts SET name = $3, search_name = $4, updated_at = $5
         WHERE organization_id = $1 AND id = $2 AND named_by = 'profile'",
        binds![org, contact.id, name, name.to_lowercase(), now],
    )? > 0;
    if renamed {
        name.clone_into(&mut contact.name);
        contact.updated_at = now;
    }
    Ok(renamed)
}

/// Gives a contact the name that an agent wrote; profile names no longer change it. `false` when there is no such
/// contact.
pub fn rename(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: ContactId,
    name: &str,
    now: Timestamp,
) -> Result<bool> {
    let count = w.exec(
        "UPDATE contacts SET name = $3, search_name = $4, named_by = 'agent', updated_at = $5
         WHERE organization_id = $1 AND id = $2",
        binds![org, id, name, name.to_lowercase(), now],
    )?;
    Ok(count > 0)
}

/// Contacts, newest first, whose name or identity contains `search`.
pub fn list(
    r: &mut Reader<'_>,
    org: OrganizationId,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Contact>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(ContactId(LAST));
    let rows = r.query(
        "SELECT c.id, c.name, c.created_at, c.updated_at FROM contacts c
         WHERE c.organization_id = $1 AND c.id < $2
           AND (c.search_name LIKE $3 ESCAPE '\\'
                OR EXISTS (SELECT 1 FROM contact_identities i WHERE i.contact_id = c.id AND lower(i.value) LIKE $3 ESCAPE '\\'))
         ORDER BY c.id DESC LIMIT $4",
        binds![org, after, pattern(search.unwrap_or_default()), page.limit + 1],
    )?;
    let contacts = rows.iter().map(|row| listed(r, row)).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(contacts, page.limit, |c| c.id.to_string()))
}

/// A LIKE pattern that finds `text` anywhere, in lower case, with `\` as escape.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.trim().trim_start_matches(['+', '@']).to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
