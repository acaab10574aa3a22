//! Components that collect something. Meta: WhatsApp Flows > Reference > Components, and > Media upload components.

use super::{
    ENABLED, Kind, NAME, Need, OLDEST, Part, Property, VISIBLE, input, may, must, outside, property, v,
};

const REQUIRED: Property = may("required", Kind::Bool);
const INITIAL: Property = outside("init-value", Kind::Initial);
const ERROR: Property = outside("error-message", Kind::Text("Error message", 80));
const HELPER: Property = may("helper-text", Kind::Text("Helper text", 80));
const DESCRIPTION: Property = may("description", Kind::Text("Description", 300)).since(v(4, 0));
const MEDIA_SIZE: Property = may("media-size", Kind::Word(&["regular", "large"])).since(v(5, 0));
const LABEL_VARIANT: Property = may("label-variant", Kind::Word(&["large"])).since(v(7, 0));
const ON_SELECT: Property = may("on-select-action", Kind::Action(&["data_exchange", "update_data"]));
const ON_UNSELECT: Property = may("on-unselect-action", Kind::Action(&["update_data"])).since(v(6, 0));
const READ_MORE: Kind = Kind::Action(&["data_exchange", "navigate", "open_url"]);
/// 25 MiB, in KiB.
const FILE_KB_MAX: u64 = 25_600;
/// Most photos or documents of one picker.
const FILES_MAX: u64 = 30;
const INPUT_TYPES: Kind = Kind::Word(&["text", "number", "email", "password", "passcode", "phone"]);
const WEEKDAYS: Kind = Kind::Words(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);

pub(super) const INPUTS: &[Part] = &[
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
];
