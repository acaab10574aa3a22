//! People, organizations, sessions and keys.

use super::{mirror, page_of};
use app::SignedIn;
use jiff::Timestamp;
use model::account::{ApiKey, Organization, Role as ModelRole, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

mirror! {
    /// What a person may do: an admin everything, an agent the inbox and contacts.
    Role = ModelRole { Admin Agent }
}

/// A person who signs in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserOut {
    #[schema(example = "usr_0199c0ffee0070008000000000000001")]
    id: String,
    name: String,
    email: String,
    role: Role,
}

impl From<User> for UserOut {
    fn from(user: User) -> Self {
        Self { id: user.id.to_string(), name: user.name, email: user.email, role: user.role.into() }
    }
}

page_of!(UserPage, UserOut);

/// A tenant of Waypost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub(crate) struct OrganizationOut {
    #[schema(example = "org_0199c0ffee0070008000000000000001")]
    id: String,
    name: String,
}

impl From<Organization> for OrganizationOut {
    fn from(organization: Organization) -> Self {
        Self { id: organization.id.to_string(), name: organization.name }
    }
}

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    user: UserOut,
    organization: OrganizationOut,
    /// Goes into `X-CSRF-Token` of every request of this session but GET.
    csrf_token: String,
}

impl From<SignedIn> for Session {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            user: signed_in.user.into(),
            organization: signed_in.organization.into(),
            csrf_token: signed_in.csrf_token,
        }
    }
}

/// Whether the first run is still to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupState {
    pub needed: bool,
}

/// The first admin and the organization.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Setup {
    /// The one-time token that `waypost serve` prints.
    pub token: String,
    #[schema(min_length = 1, max_length = 100)]
    pub organization_name: String,
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    pub email: String,
    #[schema(min_length = 10)]
    pub password: String,
}

/// What a person signs in with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Credentials {
    pub email: String,
    pub password: String,
}

/// Somebody to add.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewUser {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Unique in the installation.
    pub email: String,
    #[schema(min_length = 10)]
    pub password: String,
    pub role: Role,
}

/// A program's key, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyOut {
    #[schema(example = "key_0199c0ffee0070008000000000000001")]
    id: String,
    name: String,
    /// The first characters, to recognise it by.
    hint: String,
    created_at: Timestamp,
    /// When it was revoked; null while it works.
    #[schema(required = true)]
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyOut {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            hint: key.hint,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}

page_of!(ApiKeyPage, ApiKeyOut);

/// What a key is for.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ApiKeyName {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
}

/// A fresh key. The key itself is shown this once; only its hash is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewApiKey {
    id: String,
    name: String,
    /// Goes into `Authorization: Bearer …`.
    #[schema(example = "wp_…")]
    key: String,
    created_at: Timestamp,
}

impl NewApiKey {
    pub(crate) fn new(made: ApiKey, key: String) -> Self {
        Self { id: made.id.to_string(), name: made.name, key, created_at: made.created_at }
    }
}
