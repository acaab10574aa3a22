//! Which versions of form JSON exist, and what may still be done with each.

use std::fmt;

/// A version of form JSON, e.g. `7.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Before the dot.
    pub major: u8,
    /// After the dot.
    pub minor: u8,
}

impl Version {
    pub(super) const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// Reads `7.3`. Says nothing about whether Meta knows that version; [`Versions::KNOWN`] does.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(major) || !digits(minor) {
            return None;
        }
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The versions Meta knows. Meta: WhatsApp Flows > Reference > Versioning, and the changelog.
#[derive(Debug, Clone, Copy)]
pub struct Versions;

impl Versions {
    /// Every version that a form which is already published may have, oldest first.
    pub const KNOWN: &'static [Version] = &[
        Version::new(2, 1),
        Version::new(3, 0),
        Version::new(3, 1),
        Version::new(4, 0),
        Version::new(5, 0),
        Version::new(5, 1),
        Version::new(6, 0),
        Version::new(6, 1),
        Version::new(6, 2),
        Version::new(6, 3),
        Version::new(7, 0),
        Version::new(7, 1),
        Version::new(7, 2),
        Version::new(7, 3),
    ];
    /// The version Meta recommends for a new form.
    pub const RECOMMENDED: Version = Version::new(7, 3);
    /// The oldest version that can still be published. Older ones are frozen: sent, never published again.
    pub const OLDEST_PUBLISHABLE: Version = Version::new(5, 1);
    /// What `data_api_version` may say. `4.0` adds `flow_token_signature` to what the endpoint gets.
    pub const DATA_API: &'static [&'static str] = &["3.0", "4.0"];
    /// What `flow_message_version` says in a message that opens a form.
    pub const MESSAGE: &'static str = "3";

    /// A form of this version may be sent.
    pub fn may_send(version: Version) -> bool {
        Self::KNOWN.contains(&version)
    }

    /// A form of this version may be published.
    pub fn may_publish(version: Version) -> bool {
        Self::may_send(version) && version >= Self::OLDEST_PUBLISHABLE
    }
}
