//! Calls about people: messages, blocks, threads, media, calls, groups.

use std::time::Duration;

use cloud_api::client::calls::{CallAnswer, CallCapture, CallPermissionStatus, NewCall};
use cloud_api::client::groups::{GroupUpdate, JoinApproval, NewGroup};
use cloud_api::client::settings::Switch;
use cloud_api::client::users::{ThreadAction, ThreadControl, UserRef};
use cloud_api::client::{Retries, Upload};
use cloud_api::error::Error;
use cloud_api::message::{Content, Marketing, Outbound, ProductPolicy, Recipient, Template};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::stage::{Stage, done};

const BSUID: &str = "US.13491208655302741918";
const PARENT: &str = "US.ENT.11815799212886844830";

fn pointers(error: &Error) -> Vec<&str> {
    let Error::Refused(violations) = error else { panic!("{error}") };
    violations.iter().map(|violation| violation.pointer.as_str()).collect()
}

#[tokio::test]
async fn marketing_and_encrypted_messages_have_their_own_edges() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let to = || Recipient::Phone("+16505551234".into());
    let message = Outbound::new(to(), Content::Template(Template::new("sale", "en_US")));
    let marketing = |message: &Outbound| {
        Marketing::new(message.clone()).product_policy(ProductPolicy::Strict).message_activity_sharing(true)
    };
    stage.play(json!({"messages": [{"id": "wamid.1", "message_status": "accepted"}], "success": true}));
    let sent = client.send_marketing_message("600", &marketing(&message)).await.unwrap();
    assert_eq!(sent.message_status.as_deref(), Some("accepted"));
    let mut body = message.to_json();
    body["product_policy"] = "STRICT".into();
    body["message_activity_sharing"] = true.into();
    stage.saw("POST /v25.0/600/marketing_messages", body);
    let text = Outbound::text(to(), "Hi");
    let error = client.send_marketing_message("600", &marketing(&text)).await.unwrap_err();
    assert_eq!(pointers(&error), ["/type"]);

    let jwe = "eyJh.OKOa.48V1.5eym.XFBo";
    stage.play(json!({"encrypted_contents": "a.b.c.d.e"}));
    assert_eq!(client.send_encrypted("600", jwe).await.unwrap(), "a.b.c.d.e");
    let body = json!({"messaging_product": "whatsapp", "encrypted_contents": jwe});
    stage.saw("POST /v25.0/600/messages_encrypted", body);
    for wrong in ["", "{}", "a.b.c.d", "a.b.c.d.", "a.b.c.d+.e"] {
        assert!(client.send_encrypted("600", wrong).await.is_err(), "{wrong}");
    }
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn an_odd_answer_still_names_the_message_that_went_out() {
    let stage = Stage::new().await;
    let message = Outbound::text(Recipient::Phone("+16505551234".into()), "Hi");
    stage.play(
        json!({"messaging_product": "whatsapp", "contacts": null, "messages": [{"id": "wamid.1", "new": 1}]}),
    );
    let sent = stage.client.send_message("600", &message).await.unwrap();
    assert_eq!((sent.wamid.as_str(), sent.contact), ("wamid.1", None));
    assert_eq!(Value::from(sent.extra), json!({"contacts": null, "new": 1}));

    let contact =
        json!({"input": BSUID, "wa_id": 16_505_551_234_u64, "parent_user_id": PARENT, "user_id": {}});
    stage.play(
        json!({"contacts": [contact], "messages": [{"id": "wamid.2", "message_status": 1, "group_id": 7}]}),
    );
    let sent = stage.client.send_message("600", &message).await.unwrap();
    let known = sent.contact.unwrap();
    assert_eq!(known.wa_id.as_deref(), Some("16505551234"));
    assert_eq!(known.parent_user_id.as_deref(), Some(PARENT));
    assert_eq!((known.user_id, &known.extra["user_id"]), (None, &json!({})));
    assert_eq!((sent.group_id.as_deref(), sent.message_status), (Some("7"), None));

    for nameless in [json!({"messages": []}), json!({"messages": [{"id": null}]}), json!({"contacts": []})] {
        stage.play(nameless);
        let error = stage.client.send_message("600", &message).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error}");
    }
}

#[tokio::test]
async fn blocks_tell_whom_they_missed() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let users = [UserRef::Phone("+16505551234".into()), UserRef::Id(BSUID.into())];
    let partly = json!({"messaging_product": "whatsapp", "block_users": {
        "added_users": [{"input": "16505551234", "wa_id": "16505551234"}],
        "failed_users": [{"input": "16505550000", "wa_id": "16505550000", "errors": [{"message": "Re-engagement required",
            "code": 131_047, "error_data": {"details": "24 hours"}}]}]},
        "error": {"message": "(#139100) Failed to block/unblock some users", "type": "OAuthException", "code": 139_100}});
    stage.play((400, partly));
    let blocks = client.block_users("600", &users).await.unwrap();
    assert_eq!(blocks.added_users.unwrap()[0].wa_id.as_deref(), Some("16505551234"));
    let failed = blocks.failed_users.unwrap();
    assert_eq!(failed[0].errors.as_ref().unwrap()[0].code, Some(131_047));
    let body = json!({"messaging_product": "whatsapp",
        "block_users": [{"user": "+16505551234"}, {"user_id": BSUID}]});
    stage.saw("POST /v25.0/600/block_users", body.clone());

    stage.play(json!({"block_users": {"removed_users": [{"input": BSUID, "user_id": BSUID}]}}));
    let blocks = client.unblock_users("600", &users).await.unwrap();
    assert_eq!(blocks.removed_users.unwrap()[0].user_id.as_deref(), Some(BSUID));
    stage.saw("DELETE /v25.0/600/block_users", body);

    stage.play((400, json!({"error": {"message": "x", "code": 139_100}})));
    let error = client.block_users("600", &users).await.unwrap_err();
    assert_eq!(error.graph().unwrap().code, 139_100, "without lists it is an error");
    stage.play((400, json!({"error": {"message": "x", "code": 139_101}})));
    let error = client.block_users("600", &users).await.unwrap_err();
    assert_eq!(error.graph().unwrap().code, 139_101);
    stage.asked();

    stage.play(json!({"data": [{"messaging_product": "whatsapp", "wa_id": "1650", "user_id": BSUID}],
        "paging": {"cursors": {"after": "a", "before": "b"}}}));
    let blocked = client.blocked_users("600").limit(10).all().await.unwrap();
    assert_eq!(blocked[0].user_id.as_deref(), Some(BSUID));
    stage.saw("GET /v25.0/600/block_users?limit=10", Value::Null);

    let wrong = [UserRef::Phone(BSUID.into()), UserRef::Id("16505551234".into())];
    let error = client.block_users("600", &wrong).await.unwrap_err();
    assert_eq!(pointers(&error), ["/block_users/0/user", "/block_users/1/user_id"]);
    let error = client.block_users("600", &[UserRef::Id(PARENT.into())]).await.unwrap_err();
    assert_eq!(pointers(&error), ["/block_users/0/user_id"]);
    assert!(client.block_users("600", &[]).await.is_err());
    assert!(client.block_users("600", &vec![users[0].clone(); 1001]).await.is_err());
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn contacts_threads_and_histories() {
    let stage = Stage::new().await;
    let client = &stage.client;
    stage.play(json!({"messaging_product": "whatsapp", "success": true, "deleted": false}));
    assert_eq!(client.forget_contact("600", BSUID).await.unwrap().deleted, Some(false));
    stage.saw(
        &format!("DELETE /v25.0/600/contact_book?messaging_product=whatsapp&bsuid={BSUID}"),
        Value::Null,
    );
    assert!(client.forget_contact("600", PARENT).await.is_err());

    let control = ThreadControl {
        to: Some("16505551234".into()),
        recipient: None,
        action: ThreadAction::Pass,
        metadata: Some("m".into()),
        control_pass: Some(json!({"target_role": "ai_agent"})),
    };
    stage.play(json!({"messaging_product": "whatsapp"}));
    client.thread_control("600", &control).await.unwrap();
    let body = json!({"messaging_product": "whatsapp", "to": "16505551234", "action": "pass", "metadata": "m",
        "control_pass": {"target_role": "ai_agent"}});
    stage.saw("POST /v25.0/600/thread_control", body);
    let wrong =
        ThreadControl { action: ThreadAction::Take, metadata: Some("m".repeat(2001)), to: None, ..control };
    let error = client.thread_control("600", &wrong).await.unwrap_err();
    assert_eq!(pointers(&error), ["/to", "/metadata", "/control_pass"]);

    stage.play(json!({"data": [{"id": "1", "message_id": "wamid.1"}]}));
    let history = client.message_history("600", Some("wamid.1")).all().await.unwrap();
    assert_eq!(history[0].message_id.as_deref(), Some("wamid.1"));
    stage.saw("GET /v25.0/600/message_history?message_id=wamid.1", Value::Null);
    let event = json!({"id": "2", "delivery_status": "SENT", "occurrence_timestamp": 1_640_995_200});
    stage.play(json!({"data": [{"cursor": "c", "node": event.clone()}, event]}));
    let events = client.message_events("1").limit(100).after("c0").all().await.unwrap();
    for event in &events {
        assert_eq!(event.delivery_status.as_deref(), Some("SENT"));
        assert_eq!(event.occurrence_timestamp.unwrap().seconds(), 1_640_995_200);
    }
    assert_eq!(events.len(), 2);
    stage.saw("GET /v25.0/1/events?limit=100&after=c0", Value::Null);
}

#[tokio::test]
async fn media_can_be_tied_to_a_number_and_verified() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let upload = |minutes| Upload {
        bytes: "bytes".into(),
        mime_type: "image/png",
        filename: "a.png",
        ttl_minutes: minutes,
    };
    stage.play(json!({"id": 5}));
    assert_eq!(client.upload("600", upload(Some(60))).await.unwrap(), "5");
    let asked = stage.asked().remove(0);
    assert_eq!(asked.line, "POST /v25.0/600/media");
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(form.contains("name=\"ttl_minutes\"\r\n\r\n60\r\n"), "{form}");
    assert!(client.upload("600", upload(Some(59))).await.is_err());
    for (kind, bytes) in [
        ("image/png", 0),
        ("image/png", 5 << 20 | 1),
        ("image/webp", 500 << 10 | 1),
        ("video/mp4", 16 << 20 | 1),
        ("Audio/OGG; codecs=opus", 16 << 20 | 1),
    ] {
        let upload = Upload { bytes: vec![0; bytes].into(), mime_type: kind, ..upload(None) };
        assert_eq!(pointers(&client.upload("600", upload).await.unwrap_err()), ["/file"], "{kind}");
    }
    assert!(stage.asked().is_empty());

    stage.play(json!({"id": "5", "url": "https://lookaside.fbsbx.com/x", "file_size": 5, "new": 1}));
    let info = client.media_of("600", "5").await.unwrap();
    assert_eq!((info.size(), &info.extra["new"]), (Some(5), &json!(1)));
    stage.saw("GET /v25.0/5?phone_number_id=600", Value::Null);
    stage.play(done());
    client.delete_media_of("600", "5").await.unwrap();
    stage.saw("DELETE /v25.0/5?phone_number_id=600", Value::Null);

    let url = format!("{}/bytes", stage.url);
    let hex = "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824";
    for (sum, fits) in
        [(hex, true), ("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", true), ("LPJ", false), ("", false)]
    {
        stage.play(crate::stage::Answer { status: 200, headers: Vec::new(), body: "hello".into() });
        assert_eq!(client.download_verified(&url, sum).await.is_ok(), fits, "{sum}");
    }
    let asked = stage.asked();
    assert_eq!(asked[0].line, "GET /bytes");
}

#[tokio::test]
async fn calls_are_made_taken_and_ended() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let recording = CallCapture { status: Some(Switch::Enabled), ..CallCapture::default() };
    let call = NewCall {
        recipient: Some(BSUID.into()),
        sdp_offer: "v=0\r\n".into(),
        biz_opaque_callback_data: Some("x".into()),
        recording: Some(recording),
        ..NewCall::default()
    };
    stage.play(json!({"messaging_product": "whatsapp", "calls": [{"id": "wacid.1"}], "success": true}));
    assert_eq!(client.connect_call("600", &call).await.unwrap(), "wacid.1");
    let body = json!({"messaging_product": "whatsapp", "recipient": BSUID, "action": "connect",
        "session": {"sdp_type": "offer", "sdp": "v=0\r\n"}, "biz_opaque_callback_data": "x",
        "recording": {"status": "ENABLED"}});
    stage.saw("POST /v25.0/600/calls", body);

    let answer = CallAnswer::new("v=0\r\n");
    for _ in 0..4 {
        stage.play(done());
    }
    let body = |action: &str| {
        json!({"messaging_product": "whatsapp", "call_id": "wacid.1", "action": action,
            "session": {"sdp_type": "answer", "sdp": "v=0\r\n"}})
    };
    client.pre_accept_call("600", "wacid.1", &answer).await.unwrap();
    stage.saw("POST /v25.0/600/calls", body("pre_accept"));
    client.accept_call("600", "wacid.1", &answer).await.unwrap();
    stage.saw("POST /v25.0/600/calls", body("accept"));
    let body =
        |action: &str| json!({"messaging_product": "whatsapp", "call_id": "wacid.1", "action": action});
    client.reject_call("600", "wacid.1").await.unwrap();
    stage.saw("POST /v25.0/600/calls", body("reject"));
    client.terminate_call("600", "wacid.1").await.unwrap();
    stage.saw("POST /v25.0/600/calls", body("terminate"));

    let wrong = NewCall {
        sdp_offer: "hi".into(),
        biz_opaque_callback_data: Some("x".repeat(513)),
        ..NewCall::default()
    };
    let error = client.connect_call("600", &wrong).await.unwrap_err();
    assert_eq!(pointers(&error), ["/to", "/session/sdp", "/biz_opaque_callback_data"]);
    assert!(client.accept_call("600", "wacid.1", &CallAnswer::new("")).await.is_err());
    assert_eq!(pointers(&client.accept_call("600", "", &answer).await.unwrap_err()), ["/call_id"]);
    assert_eq!(pointers(&client.reject_call("600", "").await.unwrap_err()), ["/call_id"]);
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn call_permissions_are_read() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let body = json!({"messaging_product": "whatsapp", "permission": {"status": "temporary",
        "expiration_time": 1_767_830_400}, "actions": [
        {"action_name": "send_call_permission_request", "can_perform_action": true, "limits": [
            {"time_period": "PT24H", "max_allowed": 1, "current_usage": 0}]},
        {"action_name": "start_call", "can_perform_action": false, "limits": [{"time_period": "PT24H", "max_allowed": 5,
            "current_usage": 5, "limit_expiration_time": 1_767_312_000}]}]});
    stage.play(body.clone());
    let permissions = client.call_permissions("600", &UserRef::Phone("1650".into())).await.unwrap();
    stage.saw("GET /v25.0/600/call_permissions?user_wa_id=1650", Value::Null);
    let permission = permissions.permission.as_ref().unwrap();
    assert_eq!(permission.status, Some(CallPermissionStatus::Temporary));
    assert_eq!(permission.expiration_time.unwrap().seconds(), 1_767_830_400);
    let start = &permissions.actions.as_ref().unwrap()[1];
    assert_eq!(start.can_perform_action, Some(false));
    assert_eq!(start.limits.as_ref().unwrap()[0].max_allowed, Some(5));
    assert_eq!(serde_json::to_value(&permissions).unwrap(), body, "nothing is lost");
    stage.play(body);
    client.call_permissions("600", &UserRef::Id(BSUID.into())).await.unwrap();
    stage.saw(&format!("GET /v25.0/600/call_permissions?recipient={BSUID}"), Value::Null);
}

#[tokio::test]
async fn groups_are_made_changed_and_deleted() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let begun = || json!({"messaging_product": "whatsapp", "request_id": "R"});
    let new = NewGroup {
        subject: "Trip".into(),
        description: Some("To the sea".into()),
        join_approval_mode: Some(JoinApproval::Required),
    };
    stage.play(begun());
    assert_eq!(client.create_group("600", &new).await.unwrap().request_id, "R");
    let body = json!({"messaging_product": "whatsapp", "subject": "Trip", "description": "To the sea",
        "join_approval_mode": "approval_required"});
    stage.saw("POST /v25.0/600/groups", body);

    stage.play(json!({"data": {"groups": [{"id": "g1", "subject": "Trip", "created_at": "1767225600"}]},
        "paging": {"cursors": {"after": "a", "before": "b"}}}));
    let groups = client.groups("600").all().await.unwrap();
    assert_eq!((groups[0].id.as_str(), groups[0].created_at.unwrap().seconds()), ("g1", 1_767_225_600));
    stage.saw("GET /v25.0/600/groups?limit=100", Value::Null);

    stage.play(json!({"id": "g1", "messaging_product": "whatsapp", "subject": "Trip", "suspended": false,
        "participants": [{"wa_id": "1650", "user_id": BSUID}], "total_participant_count": 1,
        "join_approval_mode": "auto_approve"}));
    let group = client.group("g1").await.unwrap();
    assert_eq!(group.participants.unwrap()[0].user_id.as_deref(), Some(BSUID));
    assert_eq!(group.join_approval_mode, Some(JoinApproval::Automatic));
    let fields = "subject,description,suspended,creation_timestamp,participants,total_participant_count,join_approval_mode";
    stage.saw(&format!("GET /v25.0/g1?fields={fields}"), Value::Null);

    stage.play(begun());
    let update = GroupUpdate { subject: Some("Sea".into()), ..GroupUpdate::default() };
    client.update_group("g1", &update).await.unwrap();
    stage.saw("POST /v25.0/g1", json!({"messaging_product": "whatsapp", "subject": "Sea"}));
    stage.play(begun());
    let jpeg: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0];
    client.update_group("g1", &GroupUpdate { picture: Some(jpeg.into()), ..update }).await.unwrap();
    let asked = stage.asked().remove(0);
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(form.contains("profile_picture_file") && form.contains("\r\n\r\nSea\r\n"), "{form}");
    stage.play(begun());
    client.delete_group("g1").await.unwrap();
    stage.saw("DELETE /v25.0/g1", Value::Null);

    let wrong = NewGroup { subject: "   ".into(), description: Some("d".repeat(2049)), ..new };
    let error = client.create_group("600", &wrong).await.unwrap_err();
    assert_eq!(pointers(&error), ["/subject", "/description"]);
    for wrong in [
        GroupUpdate::default(),
        GroupUpdate { picture: Some("png".into()), ..GroupUpdate::default() },
        GroupUpdate { picture: Some(vec![0xFF; 5 * 1024 * 1024 + 1].into()), ..GroupUpdate::default() },
    ] {
        assert!(client.update_group("g1", &wrong).await.is_err());
    }
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn people_come_into_groups_and_leave_them() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let link = || json!({"messaging_product": "whatsapp", "invite_link": "https://chat.whatsapp.com/x"});
    stage.play(link());
    assert_eq!(client.invite_link("g1").await.unwrap(), "https://chat.whatsapp.com/x");
    stage.saw("GET /v25.0/g1/invite_link", Value::Null);
    stage.play(link());
    client.reset_invite_link("g1").await.unwrap();
    stage.saw("POST /v25.0/g1/invite_link", json!({"messaging_product": "whatsapp"}));
    stage.play(link());
    client.delete_invite_link("g1").await.unwrap();
    stage.saw("DELETE /v25.0/g1/invite_link", Value::Null);

    stage.play(
        json!({"data": [{"join_request_id": "j1", "wa_id": "1650", "creation_timestamp": "1767225600"}],
        "paging": {"cursors": {"before": "b", "after": "a"}}}),
    );
    let requests = client.join_requests("g1").all().await.unwrap();
    assert_eq!(requests[0].join_request_id, "j1");
    stage.saw("GET /v25.0/g1/join_requests?limit=100", Value::Null);
    let body = json!({"messaging_product": "whatsapp", "join_requests": ["j1", "j2"]});
    stage.play((
        206,
        json!({"approved_join_requests": ["j1"], "failed_join_requests": [{"join_request_id": "j2",
        "errors": [{"code": 131_213, "message": "gone"}]}]}),
    ));
    let judged = client.approve_join_requests("g1", &["j1", "j2"]).await.unwrap();
    assert_eq!(judged.approved_join_requests.unwrap()[0], "j1");
    assert_eq!(judged.failed_join_requests.unwrap()[0].errors.as_ref().unwrap()[0].code, Some(131_213));
    stage.saw("POST /v25.0/g1/join_requests", body.clone());
    stage.play(json!({"rejected_join_requests": ["j1", "j2"]}));
    let judged = client.reject_join_requests("g1", &["j1", "j2"]).await.unwrap();
    assert_eq!(judged.rejected_join_requests.unwrap().len(), 2);
    stage.saw("DELETE /v25.0/g1/join_requests", body);

    let users = [UserRef::Phone("16505551234".into()), UserRef::Id(PARENT.into())];
    let body = json!({"messaging_product": "whatsapp",
        "participants": [{"user": "16505551234"}, {"user_id": PARENT}]});
    stage.play(json!({"request_id": "R"}));
    client.remove_participants("g1", &users).await.unwrap();
    stage.saw("DELETE /v25.0/g1/participants", body.clone());
    stage.play(json!({"request_id": "R"}));
    client.add_participants("g1", &users).await.unwrap();
    stage.saw("POST /v25.0/g1/participants", body);
    assert!(client.remove_participants("g1", &vec![users[0].clone(); 9]).await.is_err());
    assert!(client.approve_join_requests("g1", &[]).await.is_err());
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn media_come_piece_by_piece_and_a_refused_stream_is_tried_again() {
    let stage = Stage::new().await;
    let retries = Retries::new(2, Duration::from_secs(60), |_| async {});
    let client = stage.client.with_retries(retries);
    let url = format!("{}/bytes", stage.url);
    stage.play((503, Value::Null));
    stage.play(crate::stage::Answer { status: 200, headers: Vec::new(), body: "hello".into() });
    let pieces: Vec<_> = client.stream_media(&url).await.unwrap().stream().collect().await;
    let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
    assert_eq!(bytes, b"hello");
    assert_eq!(stage.asked().len(), 2);

    // As many bytes as were promised, or an error: a file that was cut short isn't a file.
    let length = vec![("content-length", "9".to_owned())];
    stage.play(crate::stage::Answer { status: 200, headers: length, body: "hello".into() });
    let ended = match stage.client.stream_media(&url).await {
        Ok(coming) => coming.stream().any(|piece| async move { piece.is_err() }).await,
        Err(_) => true,
    };
    assert!(ended);
}
