//! Access tokens: gotten, looked into, bound to the app's secret. Meta: Embedded Signup > Onboard customers; Facebook Login >
//! Access tokens; Graph API > Securing requests.
//!
//! Tokens and secrets in answers are [`Secret`]: not even `Debug` shows them. Queries are never logged, as some carry the app's
//! secret.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use super::app_webhooks::{AppSubscription, AppSubscriptionField, AppWebhook, WEBHOOK_OBJECT};
pub use super::signup::{SignupData, SignupEvent, SignupMessage};

use super::{Account, Client, Secret};
use crate::error::Error;
use crate::signature::appsecret_proof;
use crate::webhook::wire::object;
use crate::webhook::{Id, UnixTime};

/// An app of Meta's, as its app dashboard shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCredentials {
    /// Its id.
    pub app_id: String,
    /// Its secret.
    pub app_secret: Secret,
}

impl AppCredentials {
    /// The app's own token, made of id and secret without asking Meta.
    pub fn token(&self) -> Secret {
        Secret::new(format!("{}|{}", self.app_id, self.app_secret.expose()))
    }
}

/// A token from Meta.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AccessToken {
    /// The token.
    pub access_token: Secret,
    /// `bearer`.
    pub token_type: Option<String>,
    /// In seconds; `None` for a token without end.
    pub expires_in: Option<i64>,
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

object! {
    /// What Meta knows about a token.
    pub struct TokenInfo {
        /// The app it belongs to.
        app_id: Id = "app_id",
        /// `SYSTEM_USER`, `USER`, `APP` or `PAGE`.
        kind: String = "type",
        /// The app's name.
        application: String = "application",
        /// When access to data ends; 0 for never.
        data_access_expires_at: UnixTime = "data_access_expires_at",
        /// When it ends; 0 for never.
        expires_at: UnixTime = "expires_at",
        /// When it was made.
        issued_at: UnixTime = "issued_at",
        /// Whether it works.
        is_valid: bool = "is_valid",
        /// Permissions.
        scopes: Vec<String> = "scopes",
        /// Permissions with the ids they are good for.
        granular_scopes: Vec<GranularScope> = "granular_scopes",
        /// Whose it is.
        user_id: Id = "user_id",
        /// Why it doesn't work, as JSON.
        error: Value = "error",
    }
}

object! {
    /// A permission, and what it is good for.
    pub struct GranularScope {
        /// The permission.
        scope: String = "scope",
        /// Ids of accounts; absent when the permission isn't limited to some.
        target_ids: Vec<Id> = "target_ids",
    }
}

impl TokenInfo {
    /// The accounts this token may manage. Empty also for a token that isn't limited to some, see [`TokenInfo::reaches`].
    pub fn wabas(&self) -> impl Iterator<Item = &str> {
        self.targets("whatsapp_business_management")
    }

    /// Whether the token works, may manage an account and may send for it. A permission that isn't limited to some accounts
    /// counts for all.
    pub fn reaches(&self, waba_id: &str) -> bool {
        let may = |permission: &str| {
            let scopes = self.granular_scopes.iter().flatten();
            let scope = scopes.into_iter().find(|scope| scope.scope.as_deref() == Some(permission));
            match scope.map(|scope| &scope.target_ids) {
                Some(Some(ids)) => ids.iter().any(|id| id == waba_id),
                Some(None) => true,
                None => self.scopes.iter().flatten().any(|scope| scope == permission),
            }
        };
        self.is_valid == Some(true)
            && may("whatsapp_business_management")
            && may("whatsapp_business_messaging")
    }

    /// When it ends, in seconds since 1970; `None` for never.
    pub fn ends_at(&self) -> Option<i64> {
        self.expires_at.map(UnixTime::seconds).filter(|&seconds| seconds != 0)
    }

    fn targets<'a>(&'a self, permission: &'a str) -> impl Iterator<Item = &'a str> {
        let scopes = self.granular_scopes.iter().flatten();
        let scopes = scopes.filter(move |scope| scope.scope.as_deref() == Some(permission));
        scopes.flat_map(|scope| scope.target_ids.iter().flatten()).map(Id::as_str)
    }
}

/// A token for what a client shared by hosted Embedded Signup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SystemUserTokenRequest {
    /// Get the token there is instead of a new one.
    pub fetch_only: bool,
    /// Only for these assets; all that were shared when empty.
    pub assets: Vec<String>,
    /// Only with these permissions; all that were given when empty.
    pub scope: Vec<String>,
    /// Only for 60 days, instead of without end.
    pub expires_in_60_days: bool,
    /// The system user it is for, when there are several.
    pub system_user_id: Option<String>,
}

/// `appsecret_proof` that is good for five minutes only: lowercase hexadecimal HMAC-SHA256 of token and moment under the app's
/// secret. The moment goes along as `appsecret_time`. Meta: Graph API > Securing requests.
pub fn timed_appsecret_proof(app_secret: &Secret, access_token: &Secret, unix_seconds: i64) -> String {
    appsecret_proof(app_secret.expose(), &format!("{}|{unix_seconds}", access_token.expose()))
}

impl Client {
    /// Changes the code Embedded Signup gave to the browser into a token for what the client shared. The code works once, and for
    /// half a minute or so: do it at once.
    ///
    /// The client's own token isn't sent. Meta: Embedded Signup > Onboard customers > Exchange the token code.
    ///
    /// # Errors
    /// Code 100 for a code that is old or was used, and for a wrong app or secret.
    pub async fn exchange_code(&self, app: &AppCredentials, code: &str) -> Result<AccessToken, Error> {
        let call = self.get("exchange_code", &["oauth", "access_token"]).anonymous().once();
        let call = call.query("client_id", &app.app_id).query("client_secret", app.app_secret.expose());
        call.query("code", code).read().await
    }

    /// Asks Meta for the app's own token. [`AppCredentials::token`] makes one that works as well.
    ///
    /// The client's own token isn't sent. Meta: Facebook Login > Access tokens > App access tokens.
    ///
    /// # Errors
    /// Code 100 or 101 for a wrong app, 1 for a wrong secret.
    pub async fn app_token(&self, app: &AppCredentials) -> Result<AccessToken, Error> {
        let call = self.get("app_token", &["oauth", "access_token"]).anonymous();
        let call = call.query("client_id", &app.app_id).query("client_secret", app.app_secret.expose());
        call.query("grant_type", "client_credentials").read().await
    }

    /// What a token is good for: its permissions, the accounts it reaches, its end.
    ///
    /// Asked with the app's own token. After Embedded Signup check that [`TokenInfo::reaches`] the account the browser named:
    /// browsers can lie. Meta: Graph API > Debug token.
    ///
    /// # Errors
    /// Code 100 for text that isn't a token of this app. A token that has ended isn't an error: `is_valid` is false.
    pub async fn debug_token(&self, app: &AppCredentials, token: &Secret) -> Result<TokenInfo, Error> {
        #[derive(Deserialize)]
        struct Answer {
            data: TokenInfo,
        }
        let asker = self.as_app(app);
        let call = asker.get("debug_token", &["debug_token"]).query("input_token", token.expose());
        let answer: Answer = call.read().await?;
        Ok(answer.data)
    }

    /// The client business that a business token (from Embedded Signup) belongs to.
    ///
    /// Meta: Facebook Login for Business > Business integration system user access tokens.
    ///
    /// # Errors
    /// [`Error::Decode`] for a token that isn't of a client business.
    pub async fn client_business_id(&self) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            client_business_id: Id,
        }
        let call = self.get("client_business_id", &["me"]).query("fields", "client_business_id");
        let answer: Answer = call.read().await?;
        Ok(answer.client_business_id.into_string())
    }

    /// A token for what a client shared, without a code from a browser: for hosted Embedded Signup, once the webhook
    /// `account_update` said `PARTNER_ADDED` or `PARTNER_APP_INSTALLED`, and to get a token with fewer rights.
    ///
    /// Permission `business_management`; Meta wants `appsecret_proof`, so give the client its
    /// [`app_secret`](super::Config::app_secret). Meta: Embedded Signup > Hosted Embedded Signup.
    ///
    /// # Errors
    /// Code 200 when the client shared nothing; code 3962 for a permission that doesn't exist.
    pub async fn system_user_token(
        &self,
        client_business_id: &str,
        wanted: &SystemUserTokenRequest,
    ) -> Result<AccessToken, Error> {
        let mut call = self.post("system_user_token", &[client_business_id, "system_user_access_tokens"]);
        for (key, on) in
            [("fetch_only", wanted.fetch_only), ("set_token_expires_in_60_days", wanted.expires_in_60_days)]
        {
            call = call.query_some(key, on.then_some("true"));
        }
        for (key, items) in [("asset", &wanted.assets), ("scope", &wanted.scope)] {
            let items = (!items.is_empty()).then(|| items.join(","));
            call = call.query_some(key, items.as_deref());
        }
        call.query_some("system_user_id", wanted.system_user_id.as_deref()).read().await
    }

    /// The same client with proofs of the app's secret that end: what somebody overhears is of no use five minutes after
    /// `unix_seconds`. Make a new one before that.
    ///
    /// Meta: Graph API > Securing requests > Generate the proof.
    #[must_use]
    pub fn with_timed_proof(&self, app_secret: &Secret, unix_seconds: i64) -> Self {
        let token = self.account.token.clone();
        let proof = Some(timed_appsecret_proof(app_secret, &token, unix_seconds));
        Self { account: Arc::new(Account { token, proof, proof_time: Some(unix_seconds) }), ..self.clone() }
    }

    /// This client with the app's own token, which the app's edges want.
    pub(super) fn as_app(&self, app: &AppCredentials) -> Self {
        self.with_credentials(app.token(), None)
    }
}
