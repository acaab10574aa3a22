//! Who asks: a person's session cookie with its CSRF token, or a program's API key.

use crate::{
    Shared,
    problem::{Kind, Problem},
};
use app::{App, Caller, NewSession, SignedIn, Who};
use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use model::{account::Role, id::OrganizationId};
use subtle::ConstantTimeEq;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

/// Name of the session cookie. Where the public URL isn't https, its port stands behind it: see [`cookie_name`].
pub const SESSION_COOKIE: &str = "waypost_session";
/// Header that proves that a session's request comes from our own pages.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Somebody known: a person who is signed in, or a program with a key.
#[derive(Clone)]
pub(crate) struct Signed {
    /// Who it is, in which organization.
    pub caller: Caller,
    server: Shared,
    credential: Credential,
}

/// What somebody showed; asked again during long answers.
#[derive(Clone)]
pub(crate) enum Credential {
    Session(String),
    Key(String),
}

impl Signed {
    pub(crate) fn app(&self) -> &App {
        &self.server.app
    }

    pub(crate) fn server(&self) -> &Shared {
        &self.server
    }

    pub(crate) fn organization(&self) -> OrganizationId {
        self.caller.organization
    }

    /// Whether the session or key still stands.
    pub(crate) async fn still_stands(&self) -> bool {
        match &self.credential {
            Credential::Session(token) => matches!(self.app().session(token).await, Ok(Some(_))),
            Credential::Key(key) => matches!(self.app().api_key_owner(key).await, Ok(Some(_))),
        }
    }
}

impl FromRequestParts<Shared> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let signed = match parts.headers.get(header::AUTHORIZATION) {
            Some(value) => by_key(value, server).await?,
            None => by_session(parts, server).await?,
        };
        let span = tracing::Span::current();
        span.record("organization.id", tracing::field::display(signed.caller.organization));
        span.record("caller", tracing::field::display(signed.caller.cause()));
        Ok(signed)
    }
}

async fn by_key(value: &HeaderValue, server: &Shared) -> Result<Signed, Problem> {
    let unknown = || Problem::new(Kind::Unauthenticated, "the API key is not known, or was revoked");
    let key = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim())
        .ok_or_else(unknown)?;
    let (owner, organization) = server.app.api_key_owner(key).await?.ok_or_else(unknown)?;
    let who = Who::Key { id: owner.id, name: owner.name };
    let caller = Caller { organization: organization.id, who };
    Ok(Signed { caller, server: server.clone(), credential: Credential::Key(key.to_owned()) })
}

async fn by_session(parts: &Parts, server: &Shared) -> Result<Signed, Problem> {
    let (token, signed_in) = session(&parts.headers, server).await?;
    check_csrf(parts, &signed_in)?;
    let user = signed_in.user;
    let who = Who::Agent { id: user.id, name: user.name, role: user.role };
    let caller = Caller { organization: signed_in.organization.id, who };
    Ok(Signed { caller, server: server.clone(), credential: Credential::Session(token) })
}

fn check_csrf(parts: &Parts, signed_in: &SignedIn) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let shown = parts.headers.get(CSRF_HEADER).map(HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(shown.ct_eq(signed_in.csrf_token.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden, "the X-CSRF-Token header is missing or not this session's"))
}

/// The session that the request's cookie names.
async fn session(headers: &HeaderMap, server: &Shared) -> Result<(String, SignedIn), Problem> {
    let nobody = || Problem::new(Kind::Unauthenticated, "sign in, or send an API key");
    let token = session_token(headers, &server.cookie).ok_or_else(nobody)?;
    let signed_in = server.app.session(token).await?.ok_or_else(nobody)?;
    Ok((token.to_owned(), signed_in))
}

/// The value of the session cookie.
fn session_token<'h>(headers: &'h HeaderMap, cookie: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// A person's own session, for the operations on it. Changing it needs the CSRF token too.
pub(crate) struct OwnSession {
    pub token: String,
    pub signed_in: SignedIn,
}

impl FromRequestParts<Shared> for OwnSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let (token, signed_in) = session(&parts.headers, server).await?;
        check_csrf(parts, &signed_in)?;
        Ok(Self { token, signed_in })
    }
}

/// Somebody who may change people, keys, numbers and rules: an admin, or a program, whose key an admin made.
#[derive(Clone)]
pub(crate) struct Admin(pub Signed);

impl FromRequestParts<Shared> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let signed = Signed::from_request_parts(parts, server).await?;
        if matches!(signed.caller.who, Who::Agent { role: Role::Agent, .. }) {
            return Err(Problem::new(Kind::Forbidden, "only an admin may do this"));
        }
        Ok(Self(signed))
    }
}

/// The cookie that carries a new session; it ends when the session does.
pub(crate) fn session_cookie(session: &NewSession, server: &Shared) -> String {
    let age = session.expires_at.duration_since(server.app.now()).as_secs().max(0);
    set_cookie(&server.cookie, &session.token, age, server.secure)
}

/// The cookie that removes the session's.
pub(crate) fn no_cookie(server: &Shared) -> String {
    set_cookie(&server.cookie, "", 0, server.secure)
}

/// The session cookie's name. Cookies know no ports: two on one machine, such as two demos, would sign each other out.
pub(crate) fn cookie_name(public_url: &str) -> String {
    let authority = public_url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    let port =
        authority.and_then(|authority| authority.rsplit_once(':')).and_then(|(_, port)| port.parse().ok());
    port.map_or_else(|| SESSION_COOKIE.to_owned(), |port: u16| format!("{SESSION_COOKIE}_{port}"))
}

fn set_cookie(name: &str, value: &str, age: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={age}{secure}")
}

/// Both ways to sign in, for the OpenAPI document.
pub(crate) fn schemes() -> [(&'static str, SecurityScheme); 2] {
    let cookie = ApiKeyValue::with_description(
        SESSION_COOKIE,
        "A person's session. Everything but GET needs `X-CSRF-Token` too; the token comes with the session. \
         Without https the cookie's name ends with the port: `waypost_session_8080`.",
    );
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("A program's API key, `wp_…`. Needs no CSRF token.".to_owned());
    [("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))), ("api_key", SecurityScheme::Http(bearer))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; waypost_session=abc"));
        assert_eq!(session_token(&headers, SESSION_COOKIE), Some("abc"));
        headers.insert(header::COOKIE, HeaderValue::from_static("xwaypost_session=abc; waypost_session="));
        assert_eq!(session_token(&headers, SESSION_COOKIE), None);
    }

    #[test]
    fn two_on_one_machine_keep_their_cookies_apart() {
        assert_eq!(cookie_name("http://127.0.0.1:8080"), "waypost_session_8080");
        assert_eq!(cookie_name("http://[::1]:9090/"), "waypost_session_9090");
        for plain in [
            "https://talk.example.test",
            "https://talk.example.test:8443",
            "http://waypost.test",
            "http://[::1]",
        ] {
            assert_eq!(cookie_name(plain), SESSION_COOKIE, "{plain}");
        }
    }

    #[test]
    fn a_cookie_is_for_the_server_alone() {
        assert_eq!(
            set_cookie(SESSION_COOKIE, "t", 60, true),
            "waypost_session=t; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Secure"
        );
    }
}
