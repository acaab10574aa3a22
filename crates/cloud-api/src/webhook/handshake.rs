//! The question Meta asks before it sends webhooks to an address. Meta: Webhooks > Getting Started > Verification requests.

use reqwest::Url;
use subtle::ConstantTimeEq;

/// What to answer, as the whole body and with status 200, when Meta asks whether an address wants webhooks:
/// `GET …?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`. `query` is what follows the `?`, as it came.
///
/// `None` is somebody else, or another token: answer 403. An empty `verify_token` fits nothing. Comparing takes the same
/// time however much of the token is right.
///
/// ```
/// use cloud_api::webhook::challenge;
///
/// let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=our%20token";
/// assert_eq!(challenge(query, "our token").as_deref(), Some("1158201444"));
/// assert_eq!(challenge(query, "another"), None);
/// ```
pub fn challenge(query: &str, verify_token: &str) -> Option<String> {
    // Only the query counts; what stands before it makes it a URL.
    let mut url = Url::parse("http://localhost/").ok()?;
    url.set_query(Some(query));
    let value =
        |key: &str| url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned());
    let subscribes = value("hub.mode").as_deref() == Some("subscribe");
    let given = value("hub.verify_token")?;
    let known = !verify_token.is_empty() && bool::from(given.as_bytes().ct_eq(verify_token.as_bytes()));
    if subscribes && known { value("hub.challenge") } else { None }
}
