//! A complete body of every kind, as Meta documents them. Each is valid, has a type for all of it, and is read without loss.

use cloud_api::message::{Action, Content, Interactive, Outbound, Template, VoiceCall};
use serde_json::{Value, json};

/// Complete messages: each is valid and has a type for every part.
pub fn all() -> Vec<Value> {
    BODIES
        .iter()
        .map(|body| {
            let mut body: Value = serde_json::from_str(body).unwrap();
            let individual = body.get("recipient_type").is_none();
            if individual {
                body["recipient_type"] = "individual".into();
            }
            if body.get("recipient").is_none() && individual {
                body["to"] = "+16505551234".into();
            }
            body["messaging_product"] = "whatsapp".into();
            body
        })
        .collect()
}

/// Bodies without `messaging_product` and, unless they say so themselves, without a recipient.
const BODIES: &[&str] = &[
    // text
    r#"{"type":"text","text":{"preview_url":true,"body":"See https://acme.test/o/1"}}"#,
    // contextual reply
    r#"{"context":{"message_id":"wamid.IN"},"type":"text","text":{"body":"Sure"}}"#,
    // image by id / by link
    r#"{"type":"image","image":{"id":"1479537139650973","caption":"Succulents"}}"#,
    r#"{"type":"image","image":{"link":"https://acme.test/a.png"}}"#,
    // video, audio (voice), document, sticker
    r#"{"type":"video","video":{"id":"1166846181421424","caption":"Tour"}}"#,
    r#"{"type":"audio","audio":{"id":"1013859600285441","voice":true}}"#,
    r#"{"type":"document","document":{"id":"1376223850470843","filename":"order.pdf","caption":"Receipt"}}"#,
    r#"{"type":"sticker","sticker":{"id":"798882015472548"}}"#,
    // location
    r#"{"type":"location","location":{"latitude":"37.44216251868683","longitude":"-122.16153582049394","name":"Philz","address":"101 Forest Ave, Palo Alto"}}"#,
    // contacts
    r#"{"type":"contacts","contacts":[{"addresses":[{"street":"1 Lucky Way","city":"Menlo Park","state":"CA","zip":"94025","country":"United States","country_code":"US","type":"Office"}],"birthday":"1999-01-23","emails":[{"email":"b@acme.test","type":"Work"}],"name":{"formatted_name":"Barbara J. Johnson","first_name":"Barbara","last_name":"Johnson","middle_name":"Joana","suffix":"Esq.","prefix":"Dr."},"org":{"company":"Acme","department":"Legal","title":"Counsel"},"phones":[{"phone":"+16505559999","type":"Mobile","wa_id":"16505559999"}],"urls":[{"url":"https://acme.test","type":"Company"}]}]}"#,
    // reaction / unreact
    r#"{"type":"reaction","reaction":{"message_id":"wamid.IN","emoji":"\uD83D\uDE00"}}"#,
    r#"{"type":"reaction","reaction":{"message_id":"wamid.IN","emoji":""}}"#,
    // reply buttons
    r#"{"type":"interactive","interactive":{"type":"button","header":{"type":"image","image":{"id":"276"}},"body":{"text":"Hi Pablo! Your workshop is tomorrow."},"footer":{"text":"Acme"},"action":{"buttons":[{"type":"reply","reply":{"id":"change","title":"Change"}},{"type":"reply","reply":{"id":"cancel","title":"Cancel"}}]}}}"#,
    // list
    r#"{"type":"interactive","interactive":{"type":"list","header":{"type":"text","text":"Choose Shipping"},"body":{"text":"Which option?"},"footer":{"text":"Acme"},"action":{"button":"Shipping Options","sections":[{"title":"ASAP","rows":[{"id":"express","title":"Express","description":"Next day"}]},{"title":"Later","rows":[{"id":"ground","title":"Ground"}]}]}}}"#,
    // cta_url
    r#"{"type":"interactive","interactive":{"type":"cta_url","header":{"type":"text","text":"Dates"},"body":{"text":"Tap below"},"footer":{"text":"Subject to change"},"action":{"name":"cta_url","parameters":{"display_text":"See Dates","url":"https://acme.test?d=1"}}}}"#,
    // flow (published, navigate)
    r#"{"type":"interactive","interactive":{"type":"flow","body":{"text":"Book"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_token":"tok-1","flow_id":"123","flow_cta":"Book","flow_action":"navigate","flow_action_payload":{"screen":"FIRST","data":{"k":"v"}}}}}}"#,
    // location request / contact request / call permission / voice call
    r#"{"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"Where are you?"},"action":{"name":"send_location"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"contact_request","body":{"text":"May we have your number?"},"action":{"name":"request_contact_info"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"call_permission_request","action":{"name":"call_permission_request"},"body":{"text":"May we call?"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"voice_call","body":{"text":"Call us"},"action":{"name":"voice_call","parameters":{"display_text":"Call now","ttl_minutes":100,"payload":"p"}}}}"#,
    // catalog, single product, multi product
    r#"{"type":"interactive","interactive":{"type":"catalog_message","body":{"text":"Our catalog"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"2lc20305pt"}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"product","body":{"text":"opt"},"action":{"catalog_id":"1948","product_retailer_id":"nqryix03ez"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"New"},"body":{"text":"Pick"},"action":{"catalog_id":"1948","sections":[{"title":"Best","product_items":[{"product_retailer_id":"a"},{"product_retailer_id":"b"}]}]}}}"#,
    // media carousel
    r#"{"type":"interactive","interactive":{"type":"carousel","body":{"text":"Offers"},"action":{"cards":[{"card_index":0,"type":"cta_url","header":{"type":"image","image":{"link":"https://acme.test/1.png"}},"body":{"text":"One"},"action":{"name":"cta_url","parameters":{"display_text":"Buy","url":"https://acme.test/1"}}},{"card_index":1,"type":"cta_url","header":{"type":"image","image":{"link":"https://acme.test/2.png"}},"body":{"text":"Two"},"action":{"name":"cta_url","parameters":{"display_text":"Buy","url":"https://acme.test/2"}}}]}}}"#,
    // product carousel
    r#"{"type":"interactive","interactive":{"type":"carousel","body":{"text":"Items"},"action":{"cards":[{"card_index":0,"type":"product","action":{"product_retailer_id":"a","catalog_id":"1948"}},{"card_index":1,"type":"product","action":{"product_retailer_id":"b","catalog_id":"1948"}}]}}}"#,
    // pin (group)
    r#"{"recipient_type":"group","to":"GROUP","type":"pin","pin":{"type":"pin","message_id":"wamid.X","expiration_days":4}}"#,
    // template: media header + body + dynamic url + quick reply
    r#"{"type":"template","template":{"name":"promo","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"image","image":{"link":"https://acme.test/h.png"}}]},{"type":"body","parameters":[{"type":"text","text":"Ana"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"summer"}]},{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"stop"}]}]}}"#,
    // template: OTP
    r#"{"type":"template","template":{"name":"otp","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"J$FpnYnP"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"J$FpnYnP"}]}]}}"#,
    // template: coupon + LTO
    r#"{"type":"template","template":{"name":"lto","language":{"code":"en"},"components":[{"type":"limited_time_offer","parameters":[{"type":"limited_time_offer","limited_time_offer":{"expiration_time_ms":1767225600000}}]},{"type":"body","parameters":[{"type":"text","text":"Ana"}]},{"type":"button","sub_type":"copy_code","index":0,"parameters":[{"type":"coupon_code","coupon_code":"25OFF"}]},{"type":"button","sub_type":"url","index":1,"parameters":[{"type":"text","text":"n3mtql"}]}]}}"#,
    // template: carousel
    r#"{"type":"template","template":{"name":"car","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"20%"}]},{"type":"carousel","cards":[{"card_index":0,"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"24230790383178626"}}]},{"type":"body","parameters":[{"type":"text","text":"X"}]},{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"more-0"}]},{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"a"}]}]}]}]}}"#,
    // template: flow, catalog, MPM, SPM header, location header, named params, order_status
    r#"{"type":"template","template":{"name":"fl","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"flow","index":"0","parameters":[{"type":"action","action":{"flow_token":"tok","flow_action_data":{"k":"v"}}}]}]}}"#,
    r#"{"type":"template","template":{"name":"cat","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"catalog","index":0,"parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":"a"}}]}]}}"#,
    r#"{"type":"template","template":{"name":"mpm","language":{"code":"en_US"},"components":[{"type":"button","sub_type":"mpm","index":0,"parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":"a","sections":[{"title":"S","product_items":[{"product_retailer_id":"a"}]}]}}]}]}}"#,
    r#"{"type":"template","template":{"name":"spm","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"product","product":{"product_retailer_id":"a","catalog_id":"1948"}}]}]}}"#,
    r#"{"type":"template","template":{"name":"loc","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"location","location":{"latitude":"37.4","longitude":"-122.1","name":"HQ","address":"1 Way"}}]}]}}"#,
    r#"{"type":"template","template":{"name":"named","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana"}]}]}}"#,
    r#"{"type":"template","template":{"name":"ostat","language":{"code":"en_US"},"components":[{"type":"order_status","parameters":[{"type":"order_status","order_status":{"reference_id":"ref-1","order":{"status":"shipped","description":"On its way"}}}]}]}}"#,
    // Direct Send
    r#"{"type":"text","text":{"body":"Your order 42 shipped."},"category":"utility","ttl_seconds":600}"#,
    // audio and video by link, a sticker by link, a document by link
    r#"{"type":"audio","audio":{"link":"https://acme.test/a.ogg","voice":true}}"#,
    r#"{"type":"video","video":{"link":"https://acme.test/a.mp4"}}"#,
    r#"{"type":"sticker","sticker":{"link":"https://acme.test/a.webp"}}"#,
    r#"{"type":"document","document":{"link":"https://acme.test/a.pdf","filename":"a.pdf"}}"#,
    r#"{"type":"location","location":{"latitude":37.48,"longitude":-122}}"#,
    // address
    r#"{"type":"interactive","interactive":{"type":"address_message","header":{"type":"text","text":"Delivery"},"body":{"text":"Where to?"},"footer":{"text":"Acme"},"action":{"name":"address_message","parameters":{"country":"IN","values":{"name":"Ana","in_pin_code":"400063"},"saved_addresses":[{"id":"a1","value":{"city":"Mumbai","state":"MH"}}],"validation_errors":{"in_pin_code":"We could not find it."}}}}}"#,
    // orders: every way to pay
    r#"{"type":"interactive","interactive":{"type":"order_details","header":{"type":"image","image":{"link":"https://acme.test/o.png"}},"body":{"text":"Your order"},"footer":{"text":"Thanks"},"action":{"name":"review_and_pay","parameters":{"reference_id":"ref-1","type":"physical-goods","payment_settings":[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"cfg","razorpay":{"receipt":"r","notes":{"k":"v"}}}},{"type":"upi_intent_link","upi_intent_link":{"link":"upi://pay?pa=acme"}}],"currency":"INR","total_amount":{"value":21000,"offset":100},"order":{"status":"pending","catalog_id":"1948","expiration":{"timestamp":"1722445231","description":"Too late"},"items":[{"retailer_id":"1","name":"Bread","amount":{"value":10000,"offset":100},"quantity":2,"sale_amount":{"value":100,"offset":100},"country_of_origin":"IN","importer_name":"Acme","importer_address":{"address_line1":"1 Way","city":"Delhi","zone_code":"DL","postal_code":"110001","country_code":"IN"}}],"subtotal":{"value":20000,"offset":100},"tax":{"value":1000,"offset":100,"description":"GST"},"shipping":{"value":1000,"offset":100},"discount":{"value":1000,"offset":100,"discount_program_name":"Autumn"}}}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"order_details","body":{"text":"Seu pedido"},"action":{"name":"review_and_pay","parameters":{"reference_id":"ref-2","type":"digital-goods","payment_type":"br","payment_settings":[{"type":"pix_dynamic_code","pix_dynamic_code":{"code":"00020101021226700014br.gov.bcb.pix","merchant_name":"Acme","key":"39580525000189","key_type":"CNPJ"}},{"type":"boleto","boleto":{"digitable_line":"03399026944140000002628346101018898510000008848"}},{"type":"payment_link","payment_link":{"uri":"https://acme.test/pay"}},{"type":"offsite_card_pay","offsite_card_pay":{"last_four_digits":"5235","credential_id":"1234567"}}],"currency":"BRL","total_amount":{"value":50000,"offset":100},"order":{"status":"pending","tax":{"value":0,"offset":100},"items":[{"retailer_id":"7","name":"Cake","amount":{"value":50000,"offset":100},"quantity":1}],"subtotal":{"value":50000,"offset":100}}}}}}"#,
    r#"{"type":"interactive","interactive":{"type":"order_status","body":{"text":"News"},"footer":{"text":"Acme"},"action":{"name":"review_order","parameters":{"reference_id":"ref-1","order":{"status":"partially_shipped","description":"Half of it"},"payment":{"status":"captured","timestamp":1722445231}}}}}"#,
    // a carousel whose buttons come back
    r#"{"type":"interactive","interactive":{"type":"carousel","body":{"text":"Offers"},"action":{"cards":[{"card_index":0,"type":"cta_url","header":{"type":"video","video":{"link":"https://acme.test/1.mp4"}},"action":{"buttons":[{"type":"quick_reply","quick_reply":{"id":"a","title":"A"}}]}},{"card_index":1,"type":"cta_url","header":{"type":"image","image":{"id":"2"}},"body":{"text":"Two"},"action":{"buttons":[{"type":"quick_reply","quick_reply":{"id":"b","title":"B"}}]}}]}}}"#,
    // forms by name, as a draft, with the endpoint's first screen
    r#"{"type":"interactive","interactive":{"type":"flow","header":{"type":"document","document":{"id":"1"}},"body":{"text":"Book"},"footer":{"text":"F"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_name":"booking","flow_cta":"Book","mode":"draft","flow_action":"data_exchange"}}}}"#,
    // actions with nothing but a name
    r#"{"type":"interactive","interactive":{"type":"voice_call","body":{"text":"Call us"},"action":{"name":"voice_call"}}}"#,
    r#"{"type":"interactive","interactive":{"type":"catalog_message","body":{"text":"All"},"footer":{"text":"F"},"action":{"name":"catalog_message"}}}"#,
    // template: every other kind of value
    r#"{"type":"template","template":{"name":"hello_world","language":{"code":"en_US","policy":"deterministic"}}}"#,
    r#"{"type":"template","template":{"name":"money","language":{"code":"en"},"components":[{"type":"header","parameters":[{"type":"text","text":"Ana"}]},{"type":"body","parameters":[{"type":"currency","currency":{"fallback_value":"$1","code":"USD","amount_1000":1000}},{"type":"date_time","date_time":{"fallback_value":"Monday"}}]}]}}"#,
    r#"{"type":"template","template":{"name":"film","language":{"code":"en"},"components":[{"type":"header","parameters":[{"type":"video","video":{"id":"1"}}]},{"type":"button","sub_type":"voice_call","index":"0","parameters":[{"type":"ttl_minutes","ttl_minutes":60},{"type":"payload","payload":"p"}]}]}}"#,
    r#"{"type":"template","template":{"name":"bill","language":{"code":"en"},"components":[{"type":"header","parameters":[{"type":"document","document":{"link":"https://acme.test/a.pdf","filename":"a.pdf"}}]},{"type":"button","sub_type":"order_details","index":0,"parameters":[{"type":"action","action":{"order_details":{"reference_id":"r","type":"digital-goods","currency":"INR","total_amount":{"value":100,"offset":100},"order":{"status":"pending","items":[{"name":"Tea","amount":{"value":100,"offset":100},"quantity":1}],"subtotal":{"value":100,"offset":100}}}}}]}]}}"#,
    r#"{"type":"template","template":{"name":"tap","language":{"code":"en"},"components":[{"type":"header","parameters":[{"type":"gif","gif":{"id":"1"}}]},{"type":"tap_target_configuration","parameters":[{"type":"tap_target_configuration","tap_target_configuration":[{"url":"https://acme.test","title":"Acme"}]}]},{"type":"button","sub_type":"spm","index":0},{"type":"button","sub_type":"phone_number","index":1}]}}"#,
    // the envelope
    r#"{"recipient":"US.13491208655302741918","type":"text","text":{"body":"Hi"},"biz_opaque_callback_data":"order:1","recipient_identity_key_hash":"DF2lS5v2W6x="}"#,
    r#"{"recipient_type":"group","to":"GROUP","type":"pin","pin":{"type":"unpin","message_id":"wamid.X"}}"#,
    r#"{"type":"text","text":{"body":"483920 is your code"},"category":"authentication","ttl_seconds":600,"direct_send_config":{"template_name":"code"}}"#,
];

#[test]
fn every_body_is_valid() {
    for body in all() {
        super::passes(&body);
    }
}

#[test]
fn every_body_has_a_type_for_all_of_it_and_comes_out_as_it_went_in() {
    for body in all() {
        let typed: Outbound = serde_json::from_value(body.clone()).unwrap();
        let told = format!("{typed:?}");
        assert!(!told.contains("Other"), "{told}");
        assert!(typed.extra.is_empty(), "{told}");
        assert_eq!(typed.to_json(), body);
        assert_eq!(typed.validate(), Ok(()));
        assert_eq!(typed.content.validate(), Ok(()));
    }
}

#[test]
fn what_has_no_type_stays_json() {
    let envelope = |rest: Value| {
        let mut json = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650"});
        json.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json
    };
    for json in [
        json!({"ttl_seconds": 60, "type": "interactive", "interactive": {"type": "flow", "body": {"text": "B"},
            "action": {"name": "flow"}}}),
        json!({"type": "interactive", "interactive": {"type": "hologram", "action": {"depth": 3}}}),
        json!({"type": "interactive", "interactive": {"type": "button", "mood": 1, "action": {"buttons": []}}}),
        json!({"type": "interactive", "interactive": {"type": "button", "header": {"type": "gif", "gif": {"id": "1"}},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "1", "icon": 1}}]}}}),
        json!({"type": "template", "template": {"name": "c", "language": {"code": "en"}, "components": [
            {"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"a": 1}}]},
            {"type": "BODY", "parameters": []}, {"type": "carousel", "cards": [{"card_index": 0, "components": []}]}]}}),
        json!({"type": "text", "text": {"body": "x", "font": "serif"}, "context": {"message_id": "w", "from": "1"}}),
        json!({"type": "hologram", "hologram": [1], "category": "utility", "ttl_seconds": -1, "mood": "good"}),
        json!({"type": "text", "text": {"body": "x"}, "recipient_type": "group", "recipient": "US.1"}),
    ] {
        let json = envelope(json);
        let message: Outbound = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(message.to_json(), json);
    }
    let known = envelope(json!({"type": "interactive", "interactive": {"type": "hologram", "action": {}}}));
    let message: Outbound = serde_json::from_value(known).unwrap();
    let Content::Interactive(interactive) = message.content else { panic!("not interactive") };
    assert!(matches!(interactive.action, Action::Other { ref kind, .. } if kind == "hologram"));
}

#[test]
fn nulls_fractions_of_zero_and_capitals_do_not_hide_a_message_from_its_type() {
    let read = |content: Value| {
        let mut json = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650"});
        json.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        serde_json::from_value::<Outbound>(json).unwrap()
    };
    let template = read(
        json!({"type": "template", "template": {"name": "t", "language": {"code": "en"}, "components": [
        {"type": "BODY", "parameters": [{"type": "text", "text": "Ana"}]},
        {"type": "button", "sub_type": "QUICK_REPLY", "index": "1", "parameters": [{"type": "payload", "payload": "p"}]},
        {"type": "button", "sub_type": "HOLOGRAM", "index": "2"}]}}),
    );
    let Content::Template(template) = template.content else { panic!("not a template") };
    assert_eq!(
        template.components[..2],
        Template::new("t", "en").body(["Ana"]).quick_reply_button(1, "p").components
    );
    assert_eq!(serde_json::to_value(&template.components[2]).unwrap()["sub_type"], "HOLOGRAM");
    let call = read(
        json!({"type": "interactive", "interactive": {"type": "voice_call", "body": {"text": "B"}, "header": null,
        "action": {"name": "voice_call", "parameters": {"display_text": null, "ttl_minutes": 4320.0}}}}),
    );
    let expected = VoiceCall { ttl_minutes: Some(4320), ..VoiceCall::default() };
    assert_eq!(call.content, Interactive::voice_call("B", expected).into());
}

#[test]
fn what_is_no_message_is_not_read() {
    for odd in [
        json!({"messaging_product": "whatsapp", "text": {"body": "x"}}),
        json!({"messaging_product": "sms", "to": "1650", "text": {"body": "x"}}),
        json!({"messaging_product": "whatsapp", "to": "1650", "type": "text"}),
        json!({"messaging_product": "whatsapp", "to": "1650", "recipient_type": "crowd", "text": {"body": "x"}}),
        json!([]),
    ] {
        assert!(serde_json::from_value::<Outbound>(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn a_message_nested_without_end_is_read_at_once() {
    let nest = |inner: Value, _| json!({"type": "carousel", "sub_type": "X", "cards": [{"card_index": 0, "components": [inner], "mood": 1}]});
    let deep = (0..60).fold(json!({"type": "BODY", "mood": 1}), nest);
    let json = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "1650", "type": "template",
        "template": {"name": "t", "language": {"code": "en"}, "components": [deep]}});
    let message: Outbound = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(message.to_json(), json);
    assert!(message.validate().is_err());
}
