//! Organizations, people, sessions and programs' keys.

use crate::{FIRST, Reader, Result, Row, Writer, binds};
use model::{
    Timestamp,
    account::{ApiKey, Organization, Role, User},
    id::{ApiKeyId, OrganizationId, UserId},
    page::{Page, PageRequest},
};

/// Who is asking, once a session or a key is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// The organization they are in.
    pub organization: Organization,
    /// What a page must send back with every change.
    pub csrf_token: String,
}

/// Whether anybody can sign in at all. A system look-up: it decides on the first-run set-up.
pub fn any_user(r: &mut Reader<'_>) -> Result<bool> {
    Ok(r.first("SELECT 1 FROM users LIMIT 1", binds![])?.is_some())
}

/// Adds an organization.
pub fn insert_organization(w: &mut Writer<'_>, organization: &Organization, now: Timestamp) -> Result<()> {
    w.run(
        "INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)",
        binds![organization.id, &organization.name, now],
    )
}

/// Every organization, for system jobs.
pub fn organizations(r: &mut Reader<'_>) -> Result<Vec<Organization>> {
    r.query("SELECT id, name FROM organizations ORDER BY id", binds![])?
        .iter()
        .map(|row| Ok(Organization { id: row.get(0)?, name: row.get(1)? }))
        .collect()
}

/// Adds a person to an organization; [`crate::Error::Conflict`] when the e-mail address is taken.
pub fn insert_user(w: &mut Writer<'_>, org: OrganizationId, user: &User, password_hash: &str) -> Result<()> {
    w.exec(
        "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
        binds![user.id, &user.email, &user.name, password_hash, user.created_at],
    )?;
    w.run(
        "INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
        binds![org, user.id, user.role.as_str(), user.created_at],
    )
}

const USER: &str = "u.id, u.name, u.email, m.role, u.created_at";

fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: row.word(3, Role::parse)?,
        created_at: row.get(4)?,
    })
}

/// The people of an organization, oldest first.
pub fn users(r: &mut Reader<'_>, org: OrganizationId, page: &PageRequest) -> Result<Page<User>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(UserId(FIRST));
    let rows = r.query(
        &format!(
            "SELECT {USER} FROM users u JOIN memberships m ON m.user_id = u.id
             WHERE m.organization_id = $1 AND u.id > $2 ORDER BY u.id LIMIT $3"
        ),
        binds![org, after, page.limit + 1],
    )?;
    let users = rows.iter().map(user).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(users, page.limit, |u| u.id.to_string()))
}

/// A person of an organization.
pub fn user_by_id(r: &mut Reader<'_>, org: OrganizationId, id: UserId) -> Result<Option<User>> {
    r.first(
        &format!(
            "SELECT {USER} FROM users u JOIN memberships m ON m.user_id = u.id
             WHERE m.organization_id = $1 AND u.id = $2"
        ),
        binds![org, id],
    )?
    .as_ref()
    .map(user)
    .transpose()
}

/// What sign-in needs: the person, the organization joined first, and the password's hash. Not scoped: nobody is
/// signed in yet.
pub fn credentials(r: &mut Reader<'_>, email: &str) -> Result<Option<(User, Organization, String)>> {
    r.first(
        &format!(
            "SELECT {USER}, o.id, o.name, u.password_hash FROM users u JOIN memberships m ON m.user_id = u.id
             JOIN organizations o ON o.id = m.organization_id WHERE u.email = $1 ORDER BY m.created_at LIMIT 1"
        ),
        binds![email],
    )?
    .map(|row| Ok((user(&row)?, Organization { id: row.get(5)?, name: row.get(6)? }, row.get(7)?)))
    .transpose()
}

/// A session as it is kept: the token's hash, never the token.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    /// The organization signed in to.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// What a page must send back with every change.
    pub csrf_token: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub fn insert_session(w: &mut Writer<'_>, session: &NewSession) -> Result<()> {
    w.run(
        "INSERT INTO sessions (token_hash, organization_id, user_id, csrf_token, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        binds![
            session.token_hash.as_slice(),
            session.organization_id,
            session.user_id,
            &session.csrf_token,
            session.created_at,
            session.expires_at
        ],
    )
}

/// Whose session a token is, unless it has ended.
pub fn session(r: &mut Reader<'_>, token_hash: &[u8], now: Timestamp) -> Result<Option<SignedIn>> {
    r.first(
        &format!(
            "SELECT {USER}, o.id, o.name, s.csrf_token FROM sessions s JOIN users u ON u.id = s.user_id
             JOIN memberships m ON m.user_id = u.id AND m.organization_id = s.organization_id
             JOIN organizations o ON o.id = s.organization_id WHERE s.token_hash = $1 AND s.expires_at > $2"
        ),
        binds![token_hash, now],
    )?
    .map(|row| {
        Ok(SignedIn {
            user: user(&row)?,
            organization: Organization { id: row.get(5)?, name: row.get(6)? },
            csrf_token: row.get(7)?,
        })
    })
    .transpose()
}

/// Ends a session.
pub fn delete_session(w: &mut Writer<'_>, token_hash: &[u8]) -> Result<()> {
    w.run("DELETE FROM sessions WHERE token_hash = $1", binds![token_hash])
}

/// Adds a key, of which only the hash is kept.
pub fn insert_api_key(w: &mut Writer<'_>, org: OrganizationId, key: &ApiKey, hash: &[u8]) -> Result<()> {
    w.run(
        "INSERT INTO api_keys (id, organization_id, name, hint, key_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        binds![key.id, org, &key.name, &key.hint, hash, key.created_at],
    )
}

fn api_key(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get(0)?,
        name: row.get(1)?,
        hint: row.get(2)?,
        created_at: row.get(3)?,
        revoked_at: row.get(4)?,
    })
}

/// The keys of an organization, oldest first.
pub fn api_keys(r: &mut Reader<'_>, org: OrganizationId, page: &PageRequest) -> Result<Page<ApiKey>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(ApiKeyId(FIRST));
    let rows = r.query(
        "SELECT id, name, hint, created_at, revoked_at FROM api_keys
         WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        binds![org, after, page.limit + 1],
    )?;
    let keys = rows.iter().map(api_key).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(keys, page.limit, |k| k.id.to_string()))
}

/// Whose key it is, unless it was revoked.
pub fn api_key_owner(r: &mut Reader<'_>, hash: &[u8]) -> Result<Option<(ApiKey, Organization)>> {
    r.first(
        "SELECT k.id, k.name, k.hint, k.created_at, k.revoked_at, o.id, o.name FROM api_keys k
         JOIN organizations o ON o.id = k.organization_id WHERE k.key_hash = $1 AND k.revoked_at IS NULL",
        binds![hash],
    )?
    .map(|row| Ok((api_key(&row)?, Organization { id: row.get(5)?, name: row.get(6)? })))
    .transpose()
}

/// Revokes a key; `false` when there is none to revoke.
pub fn revoke_api_key(w: &mut Writer<'_>, org: OrganizationId, id: ApiKeyId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE api_keys SET revoked_at = $3 WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL",
        binds![org, id, now],
    )?;
    Ok(count > 0)
}
