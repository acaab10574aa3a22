//! Links by which people opt in to marketing messages within WhatsApp. Meta: In-app signup.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::node::judged;
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// A link by which people opt in.
    pub struct SignupLink {
        /// Its id.
        id: Id = "id",
        /// The account.
        waba_id: Id = "waba_id",
        /// `ACTIVE` or `DISABLED`.
        status: String = "status",
        /// What people read before they agree.
        signup_message: String = "signup_message",
        /// What they get when they agreed.
        confirmation_message: String = "confirmation_message",
        /// The privacy policy.
        privacy_policy_url: String = "privacy_policy_url",
        /// The business's site.
        website_url: String = "website_url",
        /// Takes the place of `{{promo_code}}` in the confirmation.
        promo_code: String = "promo_code",
        /// Its name, for the business alone.
        display_name: String = "display_name",
    }
}

impl SignupLink {
    /// The link itself, for one of the account's numbers (digits alone): `https://wa.me/<number>/signup/<id>`.
    pub fn url(&self, phone_number: &str) -> Option<String> {
        Some(signup_url(phone_number, self.id.as_deref()?))
    }
}

/// The link of a signup, for one of the account's numbers (digits alone).
pub fn signup_url(phone_number: &str, signup_id: &str) -> String {
    format!("https://wa.me/{phone_number}/signup/{signup_id}")
}

/// A new link.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewSignupLink {
    /// 1 to 300 characters; may be formatted as messages are.
    pub signup_message: String,
    /// 1 to 300 characters; `{{promo_code}}` stands for the code.
    pub confirmation_message: String,
    /// Can't be changed later.
    pub privacy_policy_url: String,
    /// `https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// 1 to 50 letters and digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<String>,
    /// 1 to 256 characters, for the business alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// That Meta's terms were accepted: needed for the first link of an account, refused for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<SignupPolicy>,
}

/// That Meta's terms for signup links were accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignupPolicy {
    /// Which terms.
    pub tos: String,
    /// Whether.
    pub accepted: bool,
}

/// Changes to a link; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SignupLinkUpdate {
    /// `ACTIVE` or `DISABLED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// 1 to 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signup_message: Option<String>,
    /// 1 to 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_message: Option<String>,
    /// `https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// 1 to 50 letters and digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<String>,
    /// 1 to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

impl NewSignupLink {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: texts missing or too long, a code with other characters, something that isn't a URL.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            for key in ["signup_message", "confirmation_message"] {
                findings.needs_text(node, key, text("Message", 1, 300));
            }
            findings.url(node, "privacy_policy_url");
            judge_rest(node, findings);
        })
    }
}

impl SignupLinkUpdate {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: nothing to change, an unknown status, and those of a new link.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            if node.map.is_empty() {
                findings.add(String::new(), Rule::Required, "An update needs at least one field.");
            }
            if node.get("status").is_some() {
                findings.one_of(node, "status", &["ACTIVE", "DISABLED"]);
            }
            for key in ["signup_message", "confirmation_message"] {
                findings.may_have_text(node, key, text("Message", 1, 300));
            }
            judge_rest(node, findings);
        })
    }
}

fn judge_rest(node: &Node<'_>, findings: &mut Findings) {
    if let Some(url) = node.str("website_url") {
        findings.url(node, "website_url");
        if url.starts_with("http://") {
            findings.add(node.at("website_url"), Rule::Format, "The website must start with https://.");
        }
    }
    let code = findings.may_have_text(node, "promo_code", text("Promo code", 1, 50));
    if code.is_some_and(|code| !code.chars().all(char::is_alphanumeric)) {
        findings.add(
            node.at("promo_code"),
            Rule::Format,
            "The promo code has other than letters and digits.",
        );
    }
    findings.may_have_text(node, "display_name", text("Display name", 1, 256));
}

#[derive(Deserialize)]
struct Created {
    id: Id,
}

impl Client {
    /// Makes a signup link; gives its id.
    ///
    /// Permission B. Meta: In-app signup > Create signup.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a limit; code 2494168 when the account's first link comes
    /// without [`SignupPolicy`], 2494176 when a later one comes with it, and others from 2494164 to 2494179 when the
    /// account can't have links.
    pub async fn create_signup_link(&self, waba_id: &str, link: &NewSignupLink) -> Result<String, Error> {
        self.judge(|| link.validate())?;
        let created: Created =
            self.post("create_signup_link", &[waba_id, "signups"]).json(link).read().await?;
        Ok(created.id.into_string())
    }

    /// The signup links of an account.
    ///
    /// Permission B. Meta: In-app signup > List signups.
    pub fn signup_links(&self, waba_id: &str) -> Listing<SignupLink> {
        self.list("signup_links", &[waba_id, "signups"])
    }

    /// Reads a signup link.
    ///
    /// Permission B. Meta: In-app signup > Get signup details.
    ///
    /// # Errors
    /// As every call; codes from 2494164 on when there is none.
    pub async fn signup_link(&self, signup_id: &str) -> Result<SignupLink, Error> {
        self.get("signup_link", &["signups", signup_id]).read().await
    }

    /// Changes a signup link, or switches it off.
    ///
    /// Permission B. Meta: In-app signup > Update signup.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a limit.
    pub async fn update_signup_link(&self, signup_id: &str, update: &SignupLinkUpdate) -> Result<(), Error> {
        self.judge(|| update.validate())?;
        let call = self.post("update_signup_link", &["signups", signup_id]).json(update);
        // Answered with the id or with success; either is fine, an error would have been one.
        call.idempotent().read::<Value>().await.map(drop)
    }
}
