//! Names, languages, categories, formats, times to live, what stands beside the parts, and edits.

use cloud_api::message::Rule;
use cloud_api::template::{
    Category, Definition, Edit, LibraryBodyInputs, LibraryButtonInput, LibraryUrl, check_edit, language,
    languages, refusal, subcode,
};
use serde_json::{Value, json};

use super::{body, but, marketing, needed, passes, refused, refused_at, utility, violations, without};

#[test]
fn names_are_lower_case_letters_digits_and_underscores() {
    let template = utility(json!([body()]));
    needed(&template, "/name");
    passes(&but(&template, "/name", "a".repeat(512)));
    let violation = refused(&but(&template, "/name", "a".repeat(513)));
    assert_eq!(
        (violation.rule, violation.limit, subcode(&violation)),
        (Rule::Length, Some(512), Some(2_388_040))
    );
    refused_at(&but(&template, "/name", ""), "/name", Rule::Length);
    for name in ["Order", "order update", "order-update", "número", "a.b"] {
        refused_at(&but(&template, "/name", name), "/name", Rule::Format);
    }
    for name in ["_", "1", "order_2", "a"] {
        passes(&but(&template, "/name", name));
    }
}

#[test]
fn languages_are_metas_codes() {
    let template = utility(json!([body()]));
    needed(&template, "/language");
    for language in languages() {
        passes(&but(&template, "/language", language.code));
    }
    for code in ["en_us", "EN", "xx", "en-US", "english"] {
        refused_at(&but(&template, "/language", code), "/language", Rule::Value);
    }
    assert_eq!(language("rw_RW").unwrap().name, "Kinyarwanda (Rwanda)");
    assert_eq!(language("pt_BR").unwrap().name, "Portuguese (Brazil)");
    assert_eq!(language("nothing"), None);
    let mut codes: Vec<_> = languages().iter().map(|language| language.code).collect();
    codes.dedup();
    assert_eq!(codes.len(), 111);
}

#[test]
fn categories_and_formats_are_read_in_any_case() {
    let template = utility(json!([body()]));
    needed(&template, "/category");
    passes(&but(&template, "/category", "utility"));
    refused_at(&but(&template, "/category", "TRANSACTIONAL"), "/category", Rule::Value);
    refused_at(&but(&template, "/category", 3), "/category", Rule::Type);
    passes(&but(&template, "/parameter_format", "positional"));
    passes(&but(&template, "/parameter_format", "Named"));
    refused_at(&but(&template, "/parameter_format", "BOTH"), "/parameter_format", Rule::Value);
    assert_eq!(Category::from("marketing"), Category::Marketing);
    assert_eq!(Category::from("Service").as_str(), "Service");
}

#[test]
fn the_time_to_live_depends_on_the_category() {
    let otp =
        json!([{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]);
    let authentication = but(&utility(otp), "/category", "AUTHENTICATION");
    let cases = [
        (utility(json!([body()])), [30, 43_200], true),
        (marketing(json!([body()])), [43_200, 2_592_000], false),
        (authentication, [30, 900], true),
    ];
    for (template, [min, max], unlimited) in cases {
        let ttl = |seconds: i64| but(&template, "/message_send_ttl_seconds", seconds);
        passes(&ttl(min));
        passes(&ttl(max));
        for odd in [min - 1, max + 1, 0, -2] {
            refused_at(&ttl(odd), "/message_send_ttl_seconds", Rule::Value);
        }
        assert_eq!(violations(&ttl(-1)).is_empty(), unlimited);
        let violation = refused(&ttl(max + 1));
        assert_eq!(
            (violation.limit, violation.given),
            (u64::try_from(max).ok(), u64::try_from(max + 1).ok())
        );
        for odd in [json!("60"), json!(60.5), json!(true)] {
            refused_at(
                &but(&template, "/message_send_ttl_seconds", odd),
                "/message_send_ttl_seconds",
                Rule::Type,
            );
        }
    }
}

#[test]
fn options_beside_the_parts() {
    let template = marketing(json!([body()]));
    passes(&but(&template, "/cta_url_link_tracking_opted_out", true));
    refused_at(
        &but(&template, "/cta_url_link_tracking_opted_out", "yes"),
        "/cta_url_link_tracking_opted_out",
        Rule::Type,
    );
    let features = |status: &str| {
        let spec = json!({"creative_features_spec": {"image_touchups": {"enroll_status": status}}});
        but(&template, "/degrees_of_freedom_spec", spec)
    };
    passes(&features("OPT_IN"));
    passes(&features("OPT_OUT"));
    let at = "/degrees_of_freedom_spec/creative_features_spec/image_touchups/enroll_status";
    refused_at(&features("MAYBE"), at, Rule::Value);
}

#[test]
fn every_template_has_exactly_one_body() {
    let template = utility(json!([body()]));
    needed(&template, "/components");
    refused_at(&utility(json!([])), "/components", Rule::Count);
    refused_at(&utility(json!([{"type": "FOOTER", "text": "Acme"}])), "/components", Rule::Required);
    refused_at(&utility(json!([body(), body()])), "/components/1/type", Rule::Unique);
    let footer = json!({"type": "FOOTER", "text": "Acme"});
    refused_at(&utility(json!([body(), footer, footer])), "/components/2/type", Rule::Unique);
    refused_at(&utility(json!([body(), {"type": "SIDEBAR"}])), "/components/1/type", Rule::Value);
    refused_at(&utility(json!([body(), {"text": "Acme"}])), "/components/1/type", Rule::Required);
    refused_at(&utility(json!([body(), "FOOTER"])), "/components/1", Rule::Type);
    passes(&utility(json!([{"type": "body", "text": "Your order is on its way."}])));
    refused_at(&json!("template"), "", Rule::Type);
}

#[test]
fn a_library_template_has_its_parts_there() {
    let button = LibraryButtonInput {
        kind: "URL".to_owned(),
        url: Some(LibraryUrl {
            base_url: "https://acme.test/{{1}}".to_owned(),
            url_suffix_example: Some("https://acme.test/1".to_owned()),
            ..LibraryUrl::default()
        }),
        ..LibraryButtonInput::default()
    };
    let inputs = LibraryBodyInputs { code_expiration_minutes: Some(10), ..LibraryBodyInputs::default() };
    let template =
        Definition::utility("mine", "en_US").from_library("delivery_update_1", Some(inputs), vec![button]);
    assert_eq!(template.validate(), Ok(()));
    let json = template.to_json();
    assert_eq!(json["library_template_button_inputs"][0]["type"], "URL");
    let minutes = "/library_template_body_inputs/code_expiration_minutes";
    refused_at(&but(&json, minutes, 91), minutes, Rule::Value);
    let url = "/library_template_button_inputs/0/url/base_url";
    refused_at(&but(&json, url, "acme"), url, Rule::Format);
    let mut nameless = without(&json, "/library_template_name");
    nameless["components"] = json!([body()]);
    assert_eq!(violations(&nameless).len(), 2);
    assert!(violations(&nameless).iter().all(|violation| violation.rule == Rule::NotAllowed));
}

#[test]
fn an_edit_changes_something() {
    fn edit(edit: Value) -> Vec<cloud_api::message::Violation> {
        check_edit(&edit).err().unwrap_or_default()
    }
    assert_eq!(edit(json!({}))[0].rule, Rule::Required);
    assert_eq!(edit(json!({"category": "MARKETING"})), []);
    assert_eq!(edit(json!({"category": "OTHER"}))[0].rule, Rule::Value);
    assert_eq!(edit(json!({"message_send_ttl_seconds": 60})), []);
    assert_eq!(edit(json!({"message_send_ttl_seconds": -1})), []);
    assert_eq!(edit(json!({"message_send_ttl_seconds": 60, "category": "MARKETING"}))[0].rule, Rule::Value);
    assert_eq!(edit(json!({"components": [body()]})), []);
    assert_eq!(edit(json!({"components": [{"type": "FOOTER", "text": "Acme"}]}))[0].rule, Rule::Required);
    // Without a parameter_format the variables tell.
    let text = "Hi {{name}}, your order is on its way.";
    let named = json!({"body_text_named_params": [{"param_name": "name", "example": "Ana"}]});
    assert_eq!(edit(json!({"components": [{"type": "BODY", "text": text, "example": named}]})), []);
    // Neither the category: a button for codes does.
    let otp = json!({"components": [{"type": "BODY"},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]});
    assert_eq!(edit(otp), []);
    assert_eq!(edit(json!([]))[0].rule, Rule::Type);
    let typed = Edit { category: Some(Category::Utility), ..Edit::default() };
    assert_eq!(typed.validate(), Ok(()));
    assert!(Edit::default().validate().is_err());
}

#[test]
fn what_has_no_subcode_of_its_own_is_code_100() {
    let answer = refusal(&refused(&but(&utility(json!([body()])), "/category", "X")));
    assert_eq!((answer.code, answer.error_subcode), (100, None));
    assert!(!answer.error_user_title.is_empty() && !answer.error_user_msg.is_empty());
}
