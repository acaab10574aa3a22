//! The components: which exist since when, and which properties each takes.
//!
//! Meta: WhatsApp Flows > Reference > Components, and > Media upload components.

mod inputs;
mod shown;

use inputs::INPUTS;
use shown::SHOWN;

use super::version::Version;

/// A component.
pub(super) struct Part {
    pub name: &'static str,
    pub since: Version,
    /// It collects something from the user, under its `name`.
    pub input: bool,
    /// It may stand inside `If` and `Switch`, since this version.
    pub in_branches: Option<Version>,
    pub properties: &'static [Property],
}

pub(super) struct Property {
    pub key: &'static str,
    pub kind: Kind,
    pub need: Need,
    pub since: Version,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Need {
    Must,
    /// Must be there from version 4.0 on.
    MustSinceFour,
    May,
    /// May be there when the component isn't inside a `Form`, which has `init-values` and `error-messages` instead.
    OutsideForm,
}

/// What a property holds. Unless said otherwise it may also be a reference or an expression.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A name within the screen. Never dynamic.
    Name,
    /// A text, not blank, with its name and its greatest length.
    Text(&'static str, usize),
    /// A text, or a list of texts that belong together.
    Lines(&'static str, usize),
    Bool,
    /// A boolean that can't be dynamic.
    Fixed,
    /// A whole number within bounds. May be written as a string of digits.
    Whole(u64, u64),
    Number,
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    Strings,
    /// A regular expression.
    Pattern,
    /// What an input starts with: a text, a list of texts, a boolean or an object of texts.
    Initial,
    Date,
    Dates,
    /// One value, or one each for `start-date` and `end-date`.
    Range(&'static Kind),
    /// An image in base64, with its greatest size in bytes.
    Picture(usize),
    /// A list of options, with least and greatest number.
    Options(usize, usize),
    /// The items of a navigation list.
    Items,
    /// The images of a carousel.
    Pictures,
    /// An action, one of these.
    Action(&'static [&'static str]),
    /// The components of a `Form`.
    Children,
    /// The components of one branch of an `If`.
    Branch,
    /// The branches of a `Switch`, by value.
    Cases,
    Condition,
    /// The reference a `Switch` switches on.
    Subject,
    /// An object by field name, or a reference to one.
    PerField,
}

impl Kind {
    /// Whether a reference or an expression may stand instead.
    pub const fn may_be_dynamic(&self) -> bool {
        !matches!(
            self,
            Self::Name
                | Self::Fixed
                | Self::Children
                | Self::Branch
                | Self::Cases
                | Self::Condition
                | Self::Subject
                | Self::Action(_)
                | Self::Pattern
        )
    }
}

const fn v(major: u8, minor: u8) -> Version {
    Version::new(major, minor)
}

const OLDEST: Version = v(2, 1);

const fn property(key: &'static str, kind: Kind, need: Need) -> Property {
    Property { key, kind, need, since: OLDEST }
}

const fn must(key: &'static str, kind: Kind) -> Property {
    property(key, kind, Need::Must)
}

const fn may(key: &'static str, kind: Kind) -> Property {
    property(key, kind, Need::May)
}

const fn outside(key: &'static str, kind: Kind) -> Property {
    Property { key, kind, need: Need::OutsideForm, since: v(4, 0) }
}

impl Property {
    const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }
}

const NAME: Property = must("name", Kind::Name);
const VISIBLE: Property = may("visible", Kind::Bool);
const ENABLED: Property = may("enabled", Kind::Bool);

const fn shown(name: &'static str, since: Version, properties: &'static [Property]) -> Part {
    Part { name, since, input: false, in_branches: Some(since), properties }
}

const fn input(name: &'static str, since: Version, properties: &'static [Property]) -> Part {
    Part { name, since, input: true, in_branches: Some(since), properties }
}

impl Part {
    const fn never_in_branches(self) -> Self {
        Self { in_branches: None, ..self }
    }

    const fn in_branches_since(self, since: Version) -> Self {
        Self { in_branches: Some(since), ..self }
    }
}

pub(super) fn part(name: &str) -> Option<&'static Part> {
    INPUTS.iter().chain(SHOWN).find(|part| part.name == name)
}
