//! Organizations, people, sessions and programs' keys.

pub(crate) mod password;

use crate::{App, Caller, Error, Result, error::text};
use jiff::SignedDuration;
use model::{
    Timestamp,
    account::{ApiKey, Organization, PASSWORD_MAX, PASSWORD_MIN, Role, User},
    id::{ApiKeyId, OrganizationId, UserId},
    page::{Page, PageRequest},
};
use sha2::{Digest, Sha256};
use store::{Lane, accounts};
use subtle::ConstantTimeEq;

pub use store::accounts::SignedIn;

/// How long a session lasts without signing in again.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 14);
/// What an API key begins with, so that leaked ones can be found by scanners.
const KEY_PREFIX: &str = "wp_";

/// The first-run set-up of an installation.
#[derive(Clone)]
pub struct SetUp {
    /// The one-time token that the server printed when it started.
    pub token: String,
    /// Name of the first organization, 1 to 100 characters.
    pub organization_name: String,
    /// Name of the first administrator, 1 to 100 characters.
    pub name: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's password, 10 characters to 256 bytes.
    pub password: String,
}

/// A person to be added.
#[derive(Clone)]
pub struct NewUser {
    /// 1 to 100 characters.
    pub name: String,
    /// Not used by anybody else.
    pub email: String,
    /// 10 characters to 256 bytes.
    pub password: String,
    /// What the person may do.
    pub role: Role,
}

/// A session that has just begun.
#[derive(Clone)]
pub struct NewSession {
    /// The cookie's value; only its hash is kept.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who signed in.
    pub signed_in: SignedIn,
}

impl App {
    /// The token that the first-run set-up asks for; new at every start, so that only the one who started the server
    /// can claim it.
    pub fn setup_token(&self) -> &str {
        &self.inner.setup_token
    }

    /// Whether nobody can sign in yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn setup_needed(&self) -> Result<bool> {
        self.read(|r| Ok(!accounts::any_user(r)?)).await
    }

    /// Makes the first organization and its administrator, and signs the administrator in.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was done before, [`Error::Invalid`] with the field that is wrong.
    pub async fn setup(&self, setup: SetUp) -> Result<NewSession> {
        if !bool::from(setup.token.as_bytes().ct_eq(self.inner.setup_token.as_bytes())) {
            return Err(Error::invalid("token", "is not the one that the server printed when it started"));
        }
        let organization = Organization {
            id: OrganizationId(self.inner.ids.next()),
            name: text("organization_name", &setup.organization_name, 100)?.to_owned(),
        };
        let (user, hash) = self
            .new_user(NewUser {
                name: setup.name,
                email: setup.email,
                password: setup.password,
                role: Role::Admin,
            })
            .await?;
        let now = self.now();
        let signed_in = self.signed_in(user.clone(), organization.clone());
        let written = self.write(Lane::Any, move |w| {
            if accounts::any_user(w)? {
                return Err(Error::Conflict("this installation is set up already".into()));
            }
            accounts::insert_organization(w, &organization, now)?;
            Ok(accounts::insert_user(w, organization.id, &user, &hash)?)
        });
        written.await?;
        self.begin_session(signed_in).await
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when address or password is wrong, without telling which.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<NewSession> {
        let email = email.trim().to_lowercase();
        let known = self.read(move |r| Ok(accounts::credentials(r, &email)?)).await?;
        let (known, hash) = match known {
            Some((user, organization, hash)) => (Some((user, organization)), hash),
            // The same work for an unknown address, so that the answer's time does not tell.
            None => (None, password::NOBODY.to_owned()),
        };
        let right = password::verify(&self.inner.hashing, password.to_owned(), hash).await?;
        match known {
            Some((user, organization)) if right => {
                self.begin_session(self.signed_in(user, organization)).await
            }
            _ => Err(Error::Unauthenticated),
        }
    }

    fn signed_in(&self, user: User, organization: Organization) -> SignedIn {
        SignedIn { user, organization, csrf_token: self.inner.secrets.token(32) }
    }

    async fn begin_session(&self, signed_in: SignedIn) -> Result<NewSession> {
        let token = self.inner.secrets.token(43);
        let now = self.now();
        let expires_at = now.saturating_add(SESSION).unwrap_or(Timestamp::MAX);
        let session = accounts::NewSession {
            token_hash: hash(&token),
            organization_id: signed_in.organization.id,
            user_id: signed_in.user.id,
            csrf_token: signed_in.csrf_token.clone(),
            created_at: now,
            expires_at,
        };
        self.write(Lane::Any, move |w| Ok(accounts::insert_session(w, &session)?)).await?;
        Ok(NewSession { token, expires_at, signed_in })
    }

    /// Whose session a token is, unless it has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        let (hash, now) = (hash(token), self.now());
        self.read(move |r| Ok(accounts::session(r, &hash, now)?)).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let hash = hash(token);
        self.write(Lane::Any, move |w| Ok(accounts::delete_session(w, &hash)?)).await
    }

    /// Whose API key it is, unless it was revoked.
    ///
    /// # Errors
    /// The database's.
    pub async fn api_key_owner(&self, key: &str) -> Result<Option<(ApiKey, Organization)>> {
        let hash = hash(key);
        self.read(move |r| Ok(accounts::api_key_owner(r, &hash)?)).await
    }

    /// The people of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn users(&self, org: OrganizationId, page: PageRequest) -> Result<Page<User>> {
        self.read(move |r| Ok(accounts::users(r, org, &page)?)).await
    }

    /// Adds a person; for administrators.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the e-mail address is taken.
    pub async fn add_user(&self, caller: &Caller, new: NewUser) -> Result<User> {
        caller.require_admin()?;
        let org = caller.organization;
        let (user, hash) = self.new_user(new).await?;
        let added = user.clone();
        let written = self.write(Lane::Any, move |w| Ok(accounts::insert_user(w, org, &user, &hash)?));
        match written.await {
            Err(Error::Conflict(_)) => {
                Err(Error::Conflict("somebody signs in with this e-mail address".into()))
            }
            other => other.map(|()| added),
        }
    }

    async fn new_user(&self, new: NewUser) -> Result<(User, String)> {
        let name = text("name", &new.name, 100)?.to_owned();
        let email = text("email", &new.email, 254)?.to_lowercase();
        let shape = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if !shape || email.contains(char::is_whitespace) {
            return Err(Error::invalid("email", "is not an e-mail address"));
        }
        if new.password.chars().count() < PASSWORD_MIN {
            return Err(Error::Invalid {
                field: "password".into(),
                message: format!("has at least {PASSWORD_MIN} characters"),
                limit: Some(PASSWORD_MIN as u64),
            });
        }
        if new.password.len() > PASSWORD_MAX {
            return Err(Error::Invalid {
                field: "password".into(),
                message: format!("has at most {PASSWORD_MAX} bytes"),
                limit: Some(PASSWORD_MAX as u64),
            });
        }
        let hash = password::hash(&self.inner.hashing, new.password, self.inner.secrets.bytes()).await?;
        let user =
            User { id: UserId(self.inner.ids.next()), name, email, role: new.role, created_at: self.now() };
        Ok((user, hash))
    }

    /// The API keys of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn api_keys(&self, org: OrganizationId, page: PageRequest) -> Result<Page<ApiKey>> {
        self.read(move |r| Ok(accounts::api_keys(r, org, &page)?)).await
    }

    /// Makes an API key; the key itself is told this once. For administrators.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or longer than 100 characters.
    pub async fn create_api_key(&self, caller: &Caller, name: &str) -> Result<(ApiKey, String)> {
        caller.require_admin()?;
        let org = caller.organization;
        let secret = format!("{KEY_PREFIX}{}", self.inner.secrets.token(40));
        let key = ApiKey {
            id: ApiKeyId(self.inner.ids.next()),
            name: text("name", name, 100)?.to_owned(),
            hint: secret.chars().take(KEY_PREFIX.len() + 4).collect(),
            created_at: self.now(),
            revoked_at: None,
        };
        let (made, hash) = (key.clone(), hash(&secret));
        self.write(Lane::Any, move |w| Ok(accounts::insert_api_key(w, org, &key, &hash)?)).await?;
        Ok((made, secret))
    }

    /// Revokes an API key; for administrators.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none to revoke.
    pub async fn revoke_api_key(&self, caller: &Caller, id: ApiKeyId) -> Result<()> {
        caller.require_admin()?;
        let (org, now) = (caller.organization, self.now());
        let revoked = self.write(Lane::Any, move |w| Ok(accounts::revoke_api_key(w, org, id, now)?));
        if revoked.await? { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// Tokens and keys have 190 bits and more: a plain hash keeps them safe, and must be fast.
fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
