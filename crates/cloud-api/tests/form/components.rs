//! Components: one violation at a time.

use cloud_api::form::check;
use cloud_api::violation::Rule;
use serde_json::{Value, json};

use super::{
    component_accepted, component_refused, form, heading, input, long, options, refused, screens, violations,
    with, without,
};

const FIRST: &str = "/screens/0/layout/children/0";

#[test]
fn nothing_unknown_is_taken() {
    refused(&with(form(json!([])), "colour", "red"), "/colour", Rule::NotAllowed);
    let mut it = form(json!([]));
    it["screens"][0]["icon"] = "x".into();
    refused(&it, "/screens/0/icon", Rule::NotAllowed);
    let mut it = form(json!([]));
    it["screens"][0]["layout"]["padding"] = 1.into();
    refused(&it, "/screens/0/layout/padding", Rule::NotAllowed);
    component_refused(with(heading("Hi"), "colour", "red"), "/colour", Rule::NotAllowed);
    component_refused(json!({"type": "Button", "label": "Go"}), "/type", Rule::Value);
    component_refused(json!({"label": "Go"}), "/type", Rule::Required);
    component_refused(json!({"type": 5}), "/type", Rule::Type);
}

#[test]
fn texts_have_their_lengths() {
    let click = json!({"name": "open_url", "url": "https://example.com"});
    for (component, key, max) in [
        (json!({"type": "TextHeading"}), "text", 80),
        (json!({"type": "TextSubheading"}), "text", 80),
        (json!({"type": "TextBody"}), "text", 4096),
        (json!({"type": "TextCaption"}), "text", 4096),
        (json!({"type": "EmbeddedLink", "on-click-action": click}), "text", 25),
        (json!({"type": "TextInput", "name": "n"}), "label", 20),
        (with(input("n"), "label", "x"), "helper-text", 80),
        (json!({"type": "TextArea", "name": "n"}), "label", 20),
        (json!({"type": "CheckboxGroup", "name": "n", "data-source": options(1)}), "label", 30),
        (json!({"type": "RadioButtonsGroup", "name": "n", "data-source": options(1)}), "label", 30),
        (json!({"type": "ChipsSelector", "name": "n", "data-source": options(2)}), "label", 80),
        (json!({"type": "Dropdown", "name": "n", "data-source": options(1)}), "label", 20),
        (json!({"type": "OptIn", "name": "n"}), "label", 300),
        (json!({"type": "DatePicker", "name": "n"}), "label", 40),
        (json!({"type": "CalendarPicker", "name": "n"}), "label", 40),
        (json!({"type": "PhotoPicker", "name": "n"}), "label", 80),
        (json!({"type": "DocumentPicker", "name": "n", "label": "x"}), "description", 300),
    ] {
        component_accepted(with(component.clone(), key, long(max)));
        let found =
            component_refused(with(component.clone(), key, long(max + 1)), &format!("/{key}"), Rule::Length);
        assert_eq!((found.limit, found.given), (Some(max as u64), Some(max as u64 + 1)));
        component_refused(with(component.clone(), key, ""), &format!("/{key}"), Rule::Length);
        component_refused(with(component.clone(), key, "  "), &format!("/{key}"), Rule::Required);
        component_refused(with(component, key, 5), &format!("/{key}"), Rule::Type);
    }
    let mut it = form(json!([]));
    it["screens"][0]["layout"]["children"][0]["label"] = long(36).into();
    refused(&it, &format!("{FIRST}/label"), Rule::Length);
}

#[test]
fn what_is_required_is_required() {
    for (component, keys) in [
        (heading("Hi"), vec!["text"]),
        (input("n"), vec!["name", "label"]),
        (json!({"type": "TextArea", "name": "n", "label": "x"}), vec!["name", "label"]),
        (
            json!({"type": "CheckboxGroup", "name": "n", "label": "x", "data-source": options(1)}),
            vec!["name", "label", "data-source"],
        ),
        (
            json!({"type": "Dropdown", "name": "n", "label": "x", "data-source": options(1)}),
            vec!["name", "label", "data-source"],
        ),
        (json!({"type": "OptIn", "name": "n", "label": "x"}), vec!["name", "label"]),
        (json!({"type": "DatePicker", "name": "n", "label": "x"}), vec!["name", "label"]),
        (json!({"type": "Image", "src": "aaaa"}), vec!["src"]),
        (
            json!({"type": "EmbeddedLink", "text": "x", "on-click-action":
                {"name": "open_url", "url": "https://example.com"}}),
            vec!["text", "on-click-action"],
        ),
    ] {
        component_accepted(component.clone());
        for key in keys {
            component_refused(without(component.clone(), key), &format!("/{key}"), Rule::Required);
            component_refused(with(component.clone(), key, Value::Null), &format!("/{key}"), Rule::Required);
        }
    }
}

#[test]
fn choices_have_so_many_options() {
    for (kind, least, most) in [
        ("CheckboxGroup", 1, 20),
        ("RadioButtonsGroup", 1, 20),
        ("ChipsSelector", 2, 20),
        ("Dropdown", 1, 200),
    ] {
        let of = |n| json!({"type": kind, "name": "n", "label": "Which", "data-source": options(n)});
        component_accepted(of(least));
        component_accepted(of(most));
        component_refused(of(least - 1), "/data-source", Rule::Count);
        component_refused(of(most + 1), "/data-source", Rule::Count);
    }
    let mut pictured = options(101);
    pictured[0]["image"] = "iVBORw0KGgo=".into();
    let it = json!({"type": "Dropdown", "name": "n", "label": "Which", "data-source": pictured});
    component_refused(it, "/data-source", Rule::Count);
}

#[test]
fn options_are_complete_and_different() {
    let of =
        |option: Value| json!({"type": "Dropdown", "name": "n", "label": "Which", "data-source": [option]});
    component_refused(of(json!({"id": "1"})), "/data-source/0/title", Rule::Required);
    component_refused(of(json!({"title": "One"})), "/data-source/0/id", Rule::Required);
    let one = || json!({"id": "1", "title": "One"});
    component_refused(of(with(one(), "title", long(31))), "/data-source/0/title", Rule::Length);
    component_refused(of(with(one(), "description", long(301))), "/data-source/0/description", Rule::Length);
    component_refused(of(with(one(), "metadata", long(21))), "/data-source/0/metadata", Rule::Length);
    component_refused(of(with(one(), "color", "reddish")), "/data-source/0/color", Rule::Format);
    component_refused(of(with(one(), "price", 5)), "/data-source/0/price", Rule::NotAllowed);
    component_refused(of(json!("One")), "/data-source/0", Rule::Type);
    let it = json!({"type": "Dropdown", "name": "n", "label": "Which", "data-source": [one(), one()]});
    component_refused(it, "/data-source/1/id", Rule::Unique);
}

#[test]
fn words_numbers_and_dates_are_what_they_must_be() {
    for (key, value, rule) in [
        ("input-type", json!("date"), Rule::Value),
        ("required", json!("yes"), Rule::Type),
        ("enabled", json!(1), Rule::Type),
        ("min-chars", json!("few"), Rule::Type),
        ("min-chars", json!(-1), Rule::Value),
        ("max-chars", json!(0), Rule::Value),
        ("label-variant", json!("small"), Rule::Value),
        ("name", json!(""), Rule::Length),
        ("init-value", json!(5), Rule::Type),
    ] {
        component_refused(with(input("n"), key, value), &format!("/{key}"), rule);
    }
    let less = with(with(input("n"), "min-chars", 5), "max-chars", 4);
    component_refused(less, "/min-chars", Rule::Value);
    let day = || json!({"type": "DatePicker", "name": "d", "label": "Day"});
    for date in ["tomorrow", "2026-02-29", "2026-13-01", "2026-1-1", "1710958020000", "२०२६-०१-०१"]
    {
        component_refused(with(day(), "min-date", date), "/min-date", Rule::Format);
        component_refused(
            with(day(), "unavailable-dates", json!([date])),
            "/unavailable-dates/0",
            Rule::Format,
        );
    }
    let turned = with(with(day(), "min-date", "2026-02-02"), "max-date", "2026-02-01");
    component_refused(turned, "/min-date", Rule::Value);
    let group = json!({"type": "CheckboxGroup", "name": "n", "label": "Which", "data-source": options(3),
        "min-selected-items": 3, "max-selected-items": 2});
    component_refused(group, "/min-selected-items", Rule::Value);
    let group = json!({"type": "CheckboxGroup", "name": "n", "label": "Which", "data-source": options(3),
        "max-selected-items": 21});
    component_refused(group, "/max-selected-items", Rule::Value);
}

#[test]
fn a_pattern_explains_itself() {
    let it = with(input("n"), "pattern", "^[a-z]+$");
    component_refused(it.clone(), "/helper-text", Rule::Required);
    let it = with(with(it, "helper-text", "Small letters"), "input-type", "email");
    component_refused(it, "/pattern", Rule::Conflict);
}

#[test]
fn a_calendar_follows_its_mode() {
    let one = json!({"type": "CalendarPicker", "name": "c", "label": "Day"});
    component_accepted(one.clone());
    component_refused(with(one.clone(), "mode", "month"), "/mode", Rule::Value);
    component_refused(with(one.clone(), "title", "Stay"), "/title", Rule::NotAllowed);
    component_refused(with(one.clone(), "min-days", 2), "/min-days", Rule::NotAllowed);
    component_refused(with(one.clone(), "mode", "range"), "/label", Rule::Type);
    component_refused(with(one.clone(), "include-days", json!(["Monday"])), "/include-days/0", Rule::Value);
    let range = with(with(one, "mode", "range"), "label", json!({"start-date": "From"}));
    component_refused(range, "/label/end-date", Rule::Required);
}

#[test]
fn files_have_their_limits() {
    let photos = json!({"type": "PhotoPicker", "name": "p", "label": "Photos"});
    component_refused(with(photos.clone(), "max-file-size-kb", 25601), "/max-file-size-kb", Rule::Value);
    component_refused(with(photos.clone(), "max-uploaded-photos", 31), "/max-uploaded-photos", Rule::Value);
    component_refused(with(photos.clone(), "photo-source", "scanner"), "/photo-source", Rule::Value);
    component_refused(with(photos.clone(), "required", true), "/required", Rule::NotAllowed);
    let more = with(with(photos, "min-uploaded-photos", 3), "max-uploaded-photos", 2);
    component_refused(more, "/min-uploaded-photos", Rule::Value);
}

#[test]
fn images_are_small_and_inside() {
    let of = |src: String| json!({"type": "Image", "src": src});
    component_accepted(of("A".repeat(300 * 1024 / 3 * 4)));
    component_refused(of("A".repeat(300 * 1024 / 3 * 4 + 4)), "/src", Rule::Length);
    component_refused(of("https://example.com/a.png".into()), "/src", Rule::Format);
    let carousel = |n: usize| {
        let images: Value = (0..n).map(|_| json!({"src": "aaaa", "alt-text": "x"})).collect();
        json!({"type": "ImageCarousel", "images": images})
    };
    component_refused(carousel(0), "/images", Rule::Count);
    component_refused(carousel(4), "/images", Rule::Count);
    component_refused(
        with(carousel(1), "images", json!([{"src": "aaaa"}])),
        "/images/0/alt-text",
        Rule::Required,
    );
    component_refused(with(carousel(1), "aspect-ratio", "1:1"), "/aspect-ratio", Rule::Value);
}

#[test]
fn captions_of_a_footer_go_together() {
    let of = |captions: &[(&str, &str)]| {
        let mut it = form(json!([]));
        for (key, text) in captions {
            it["screens"][0]["layout"]["children"][0][key] = (*text).into();
        }
        it
    };
    assert_eq!(check(&of(&[("left-caption", "L"), ("right-caption", "R")])), Ok(()));
    assert_eq!(check(&of(&[("center-caption", "C")])), Ok(()));
    refused(&of(&[("left-caption", "L")]), &format!("{FIRST}/right-caption"), Rule::Required);
    refused(&of(&[("center-caption", &long(16))]), &format!("{FIRST}/center-caption"), Rule::Length);
    refused(
        &of(&[("left-caption", "L"), ("right-caption", "R"), ("center-caption", "C")]),
        &format!("{FIRST}/center-caption"),
        Rule::Conflict,
    );
}

#[test]
fn navigation_lists_stand_alone_and_agree_with_their_items() {
    let item = |title: &str| json!({"id": "1", "main-content": {"title": title}});
    let go = json!({"name": "navigate", "next": {"type": "screen", "name": "B"}, "payload": {}});
    let of = |list: Value| {
        let mut it = screens(&[("A", &["B"]), ("B", &[])]);
        it["screens"][0]["layout"]["children"] = json!([list]);
        it
    };
    let list =
        json!({"type": "NavigationList", "name": "l", "list-items": [item("One")], "on-click-action": go});
    assert_eq!(check(&of(list.clone())), Ok(()));
    let many: Value = (0..21).map(|_| item("One")).collect();
    refused(&of(with(list.clone(), "list-items", many)), &format!("{FIRST}/list-items"), Rule::Count);
    let item_at = format!("{FIRST}/list-items/0");
    let long_title = with(list.clone(), "list-items", json!([item(&long(31))]));
    refused(&of(long_title), &format!("{item_at}/main-content/title"), Rule::Length);
    let own = with(list.clone(), "list-items", json!([with(item("One"), "on-click-action", go.clone())]));
    refused(&of(own), &format!("{item_at}/on-click-action"), Rule::Conflict);
    let tagged =
        with(list.clone(), "list-items", json!([with(item("One"), "tags", json!(["a", "b", "c", "d"]))]));
    refused(&of(tagged), &format!("{item_at}/tags"), Rule::Count);
    let badged = with(item("One"), "badge", "New");
    let badges = with(list.clone(), "list-items", json!([badged, badged]));
    refused(&of(badges), &format!("{FIRST}/list-items/1/badge"), Rule::Conflict);
    let nowhere = of(without(list.clone(), "on-click-action"));
    assert!(violations(&nowhere).iter().any(|v| v.pointer == format!("{item_at}/on-click-action")));
    let mut beside = of(list);
    beside["screens"][0]["layout"]["children"].as_array_mut().unwrap().push(heading("Menu"));
    refused(&beside, "/screens/0/layout/children/1/type", Rule::Conflict);
}

#[test]
fn rich_text_wants_the_screen() {
    let it = form(json!([{"type": "RichText", "text": "# Terms"}, heading("Terms")]));
    refused(&it, "/screens/0/layout/children/1/type", Rule::Conflict);
}

#[test]
fn newer_things_need_newer_versions() {
    for (component, version) in [
        (json!({"type": "PhotoPicker", "name": "p", "label": "x"}), "3.1"),
        (json!({"type": "CalendarPicker", "name": "c", "label": "x"}), "6.0"),
        (json!({"type": "ChipsSelector", "name": "c", "label": "x", "data-source": options(2)}), "6.2"),
        (json!({"type": "ImageCarousel", "images": [{"src": "aaaa", "alt-text": "x"}]}), "7.0"),
    ] {
        let found = violations(&with(form(json!([component])), "version", version));
        assert!(
            found.iter().any(|v| v.pointer == format!("{FIRST}/type") && v.rule == Rule::NotAllowed),
            "{found:?}"
        );
    }
    let it = with(form(json!([with(input("n"), "label-variant", "large")])), "version", "6.3");
    refused(&it, &format!("{FIRST}/label-variant"), Rule::NotAllowed);
    let link = json!({"type": "EmbeddedLink", "text": "x", "on-click-action":
        {"name": "open_url", "url": "https://example.com"}});
    let it = with(form(json!([link])), "version", "5.1");
    refused(&it, &format!("{FIRST}/on-click-action/name"), Rule::NotAllowed);
}
