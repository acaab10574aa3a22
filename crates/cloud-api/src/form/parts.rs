//! The components: which exist since when, and which properties each takes.
//!
//! Meta: WhatsApp Flows > Reference > Components, and > Media upload components.

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
const REQUIRED: Property = may("required", Kind::Bool);
const INITIAL: Property = outside("init-value", Kind::Initial);
const ERROR: Property = outside("error-message", Kind::Text("Error message", 80));
const HELPER: Property = may("helper-text", Kind::Text("Helper text", 80));
const DESCRIPTION: Property = may("description", Kind::Text("Description", 300)).since(v(4, 0));
const MEDIA_SIZE: Property = may("media-size", Kind::Word(&["regular", "large"])).since(v(5, 0));
const LABEL_VARIANT: Property = may("label-variant", Kind::Word(&["large"])).since(v(7, 0));
const SCALE_TYPE: Property = may("scale-type", Kind::Word(&["cover", "contain"]));
const ON_SELECT: Property = may("on-select-action", Kind::Action(&["data_exchange", "update_data"]));
const ON_UNSELECT: Property = may("on-unselect-action", Kind::Action(&["update_data"])).since(v(6, 0));
const CLICKS: Kind = Kind::Action(&["data_exchange", "navigate", "open_url", "update_data"]);
const READ_MORE: Kind = Kind::Action(&["data_exchange", "navigate", "open_url"]);
const ANY: usize = usize::MAX;
/// 25 MiB, in KiB.
const FILE_KB_MAX: u64 = 25_600;
/// Most photos or documents of one picker.
const FILES_MAX: u64 = 30;
/// Largest image of an `Image` or a carousel, in bytes.
const IMAGE_MAX: usize = 300 * 1024;

const WEIGHTS: Kind = Kind::Word(&["bold", "italic", "bold_italic", "normal"]);
const PARAGRAPH: &[Property] = &[
    must("text", Kind::Lines("Text", 4096)),
    may("font-weight", WEIGHTS),
    may("strikethrough", Kind::Bool),
    may("markdown", Kind::Fixed).since(v(5, 1)),
    VISIBLE,
];
const INPUT_TYPES: Kind = Kind::Word(&["text", "number", "email", "password", "passcode", "phone"]);
const WEEKDAYS: Kind = Kind::Words(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);

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

pub(super) const PARTS: &[Part] = &[
    shown("TextHeading", OLDEST, &[must("text", Kind::Text("Heading", 80)), VISIBLE]),
    shown("TextSubheading", OLDEST, &[must("text", Kind::Text("Subheading", 80)), VISIBLE]),
    shown("TextBody", OLDEST, PARAGRAPH),
    shown("TextCaption", OLDEST, PARAGRAPH),
    shown("RichText", v(5, 1), &[must("text", Kind::Lines("Text", ANY)), VISIBLE]).never_in_branches(),
    input(
        "TextInput",
        OLDEST,
        &[
            NAME,
            must("label", Kind::Text("Label", 20)),
            LABEL_VARIANT,
            may("input-type", INPUT_TYPES),
            may("pattern", Kind::Pattern).since(v(6, 2)),
            may("min-chars", Kind::Whole(0, u64::MAX)),
            may("max-chars", Kind::Whole(1, u64::MAX)),
            HELPER,
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
        ],
    ),
    input(
        "TextArea",
        OLDEST,
        &[
            NAME,
            must("label", Kind::Text("Label", 20)),
            LABEL_VARIANT,
            may("max-length", Kind::Whole(1, u64::MAX)),
            HELPER,
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
        ],
    ),
    input(
        "CheckboxGroup",
        OLDEST,
        &[
            NAME,
            property("label", Kind::Text("Label", 30), Need::MustSinceFour),
            DESCRIPTION,
            must("data-source", Kind::Options(1, 20)),
            may("min-selected-items", Kind::Whole(0, 20)),
            may("max-selected-items", Kind::Whole(1, 20)),
            MEDIA_SIZE,
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
            ON_SELECT,
            ON_UNSELECT,
        ],
    ),
    input(
        "RadioButtonsGroup",
        OLDEST,
        &[
            NAME,
            property("label", Kind::Text("Label", 30), Need::MustSinceFour),
            DESCRIPTION,
            must("data-source", Kind::Options(1, 20)),
            MEDIA_SIZE,
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
            ON_SELECT,
            ON_UNSELECT,
        ],
    ),
    input(
        "ChipsSelector",
        v(6, 3),
        &[
            NAME,
            must("label", Kind::Text("Label", 80)),
            DESCRIPTION,
            must("data-source", Kind::Options(2, 20)),
            may("min-selected-items", Kind::Whole(0, 20)),
            may("max-selected-items", Kind::Whole(1, 20)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
            ON_SELECT,
            ON_UNSELECT,
        ],
    )
    .in_branches_since(v(7, 1)),
    input(
        "Dropdown",
        OLDEST,
        &[
            NAME,
            must("label", Kind::Text("Label", 20)),
            must("data-source", Kind::Options(1, 200)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
            ON_SELECT,
            ON_UNSELECT,
        ],
    ),
    input(
        "OptIn",
        OLDEST,
        &[
            NAME,
            must("label", Kind::Text("Label", 300)),
            REQUIRED,
            VISIBLE,
            INITIAL,
            may("on-click-action", READ_MORE),
            may("on-select-action", Kind::Action(&["update_data"])).since(v(6, 0)),
            ON_UNSELECT,
        ],
    ),
    input(
        "DatePicker",
        OLDEST,
        &[
            NAME,
            must("label", Kind::Text("Label", 40)),
            may("min-date", Kind::Date),
            may("max-date", Kind::Date),
            may("unavailable-dates", Kind::Dates),
            HELPER,
            REQUIRED,
            ENABLED,
            VISIBLE,
            INITIAL,
            ERROR,
            may("on-select-action", Kind::Action(&["data_exchange"])),
        ],
    ),
    input(
        "CalendarPicker",
        v(6, 1),
        &[
            NAME,
            may("title", Kind::Text("Title", 80)),
            may("description", Kind::Text("Description", 300)),
            must("label", Kind::Range(&Kind::Text("Label", 40))),
            may("helper-text", Kind::Range(&Kind::Text("Helper text", 80))),
            may("mode", Kind::Word(&["single", "range"])),
            may("min-date", Kind::Date),
            may("max-date", Kind::Date),
            may("unavailable-dates", Kind::Dates),
            may("include-days", WEEKDAYS),
            may("min-days", Kind::Whole(0, u64::MAX)),
            may("max-days", Kind::Whole(0, u64::MAX)),
            may("required", Kind::Range(&Kind::Bool)),
            ENABLED,
            VISIBLE,
            INITIAL,
            outside("error-message", Kind::Range(&Kind::Text("Error message", 80))),
            may("on-select-action", Kind::Range(&Kind::Action(&["data_exchange"]))),
        ],
    )
    .never_in_branches(),
    input(
        "PhotoPicker",
        v(4, 0),
        &[
            NAME,
            must("label", Kind::Text("Label", 80)),
            may("description", Kind::Text("Description", 300)),
            may("photo-source", Kind::Word(&["camera_gallery", "camera", "gallery"])),
            may("max-file-size-kb", Kind::Whole(1, FILE_KB_MAX)),
            may("min-uploaded-photos", Kind::Whole(0, FILES_MAX)),
            may("max-uploaded-photos", Kind::Whole(1, FILES_MAX)),
            ENABLED,
            VISIBLE,
            may("error-message", Kind::Initial),
        ],
    )
    .never_in_branches(),
    input(
        "DocumentPicker",
        v(4, 0),
        &[
            NAME,
            must("label", Kind::Text("Label", 80)),
            may("description", Kind::Text("Description", 300)),
            may("max-file-size-kb", Kind::Whole(1, FILE_KB_MAX)),
            may("min-uploaded-documents", Kind::Whole(0, FILES_MAX)),
            may("max-uploaded-documents", Kind::Whole(1, FILES_MAX)),
            may("allowed-mime-types", Kind::Strings),
            ENABLED,
            VISIBLE,
            may("error-message", Kind::Initial),
        ],
    )
    .never_in_branches(),
    shown(
        "Image",
        OLDEST,
        &[
            must("src", Kind::Picture(IMAGE_MAX)),
            may("width", Kind::Whole(0, u64::MAX)),
            may("height", Kind::Whole(0, u64::MAX)),
            SCALE_TYPE,
            may("aspect-ratio", Kind::Number),
            may("alt-text", Kind::Text("Alternative text", ANY)),
            VISIBLE,
        ],
    ),
    shown(
        "ImageCarousel",
        v(7, 1),
        &[
            must("images", Kind::Pictures),
            may("aspect-ratio", Kind::Word(&["4:3", "16:9"])),
            SCALE_TYPE,
            VISIBLE,
        ],
    )
    .never_in_branches(),
    shown(
        "EmbeddedLink",
        OLDEST,
        &[must("text", Kind::Text("Link text", 25)), must("on-click-action", CLICKS), VISIBLE],
    ),
    shown(
        "NavigationList",
        v(6, 2),
        &[
            NAME,
            may("label", Kind::Text("Label", 80)),
            may("description", Kind::Text("Description", 300)),
            may("media-size", Kind::Word(&["regular", "large"])),
            must("list-items", Kind::Items),
            may("on-click-action", Kind::Action(&["data_exchange", "navigate"])),
            VISIBLE,
        ],
    )
    .never_in_branches(),
    shown(
        "Footer",
        OLDEST,
        &[
            must("label", Kind::Text("Footer label", 35)),
            may("left-caption", Kind::Text("Caption", 15)),
            may("center-caption", Kind::Text("Caption", 15)),
            may("right-caption", Kind::Text("Caption", 15)),
            ENABLED,
            must("on-click-action", Kind::Action(&["navigate", "data_exchange", "complete"])),
        ],
    ),
    shown(
        "If",
        v(4, 0),
        &[must("condition", Kind::Condition), must("then", Kind::Branch), may("else", Kind::Branch)],
    ),
    shown("Switch", v(4, 0), &[must("value", Kind::Subject), must("cases", Kind::Cases)]),
    shown(
        "Form",
        OLDEST,
        &[
            NAME,
            must("children", Kind::Children),
            may("init-values", Kind::PerField),
            may("error-messages", Kind::PerField),
        ],
    )
    .never_in_branches(),
];

pub(super) fn part(name: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.name == name)
}
