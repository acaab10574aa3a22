//! Components that show something, lead somewhere, or hold others. Meta: WhatsApp Flows > Reference > Components.

use super::{ENABLED, Kind, NAME, OLDEST, Part, Property, VISIBLE, may, must, shown, v};

const SCALE_TYPE: Property = may("scale-type", Kind::Word(&["cover", "contain"]));
const CLICKS: Kind = Kind::Action(&["data_exchange", "navigate", "open_url", "update_data"]);
const ANY: usize = usize::MAX;
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

pub(super) const SHOWN: &[Part] = &[
    shown("TextHeading", OLDEST, &[must("text", Kind::Text("Heading", 80)), VISIBLE]),
    shown("TextSubheading", OLDEST, &[must("text", Kind::Text("Subheading", 80)), VISIBLE]),
    shown("TextBody", OLDEST, PARAGRAPH),
    shown("TextCaption", OLDEST, PARAGRAPH),
    shown("RichText", v(5, 1), &[must("text", Kind::Lines("Text", ANY)), VISIBLE]).never_in_branches(),
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
