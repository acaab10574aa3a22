//! What can go wrong, by what the one who asked can do about it.

use model::policy::Refusal;

/// Result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of a use case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this organization.
    #[error("not found")]
    NotFound,
    /// A field of the request is wrong.
    #[error("{field}: {message}")]
    Invalid {
        /// The field: a name, or a JSON pointer into a message.
        field: String,
        /// What is wrong, with the limit.
        message: String,
        /// The bound that was crossed, where there is one.
        limit: Option<u64>,
    },
    /// Nobody is signed in, or the credentials are wrong.
    #[error("sign in first")]
    Unauthenticated,
    /// Signed in, but not allowed.
    #[error("only an administrator may do this")]
    Forbidden,
    /// It exists already, or another request with the same idempotency key asked for something else.
    #[error("{0}")]
    Conflict(String),
    /// A rule of WhatsApp or of the organization forbids it now.
    #[error("{message}")]
    RuleViolated {
        /// Stable name of the rule, such as `window-closed`.
        rule: &'static str,
        /// Why, in words.
        message: String,
    },
    /// Nothing was kept; trying later may work.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// A wrong field without a bound.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into(), limit: None }
    }

    /// A text that is missing or longer than `limit` characters.
    pub(crate) fn length(field: &str, limit: usize) -> Self {
        Self::Invalid {
            field: field.into(),
            message: format!("has 1 to {limit} characters"),
            limit: Some(limit as u64),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Conflict => Self::Conflict("it exists already".into()),
            store::Error::Unavailable(why) => Self::Unavailable(why),
            store::Error::Database(why) => Self::Internal(why),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let rule = match refusal {
            Refusal::WindowClosed { .. } => "window-closed",
            Refusal::NoAddress => "no-address",
        };
        Self::RuleViolated { rule, message: refusal.to_string() }
    }
}

/// Checks that a text has 1 to `limit` characters besides blanks around it, and gives it without them.
pub(crate) fn text<'t>(field: &str, text: &'t str, limit: usize) -> Result<&'t str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > limit {
        return Err(Error::length(field, limit));
    }
    Ok(text)
}
