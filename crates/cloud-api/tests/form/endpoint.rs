//! The endpoint: against what another implementation made.
//!
//! `vectors.json` was made once with Python's `cryptography` 48 (OpenSSL): RSA-OAEP with SHA-256, AES-128-GCM with a nonce
//! of 16 bytes, AES-256-CBC, HMAC-SHA256. Its keys were made for it and are used nowhere else.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api::form::endpoint::{
    self, Action, EndpointError, KeyError, Keys, Kind, MediaError, Request, Response, TokenError, Upload,
    client, open_media,
};
use cloud_api::signature::SignatureError;
use serde_json::{Map, Value, json};

static VECTORS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("vectors.json")).expect("the vectors are JSON"));

fn text(pointer: &str) -> &'static str {
    VECTORS.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"))
}

fn bytes(pointer: &str) -> Vec<u8> {
    STANDARD.decode(text(pointer)).unwrap()
}

fn keys() -> Keys {
    Keys::from_pem(text("/keys/pkcs8"), None).unwrap()
}

fn requests() -> Vec<(Request, endpoint::Session, Value)> {
    let listed = VECTORS["requests"].as_array().unwrap();
    let open = |vector: &Value| {
        let (request, session) =
            endpoint::open(&keys(), vector["body"].as_str().unwrap().as_bytes()).unwrap();
        (request, session, serde_json::from_str(vector["plain"].as_str().unwrap()).unwrap())
    };
    listed.iter().map(open).collect()
}

#[test]
fn what_another_implementation_sealed_is_opened_without_loss() {
    let opened = requests();
    for (request, _, plain) in &opened {
        let mut plain = plain.clone();
        if plain["data"] == json!({}) {
            plain.as_object_mut().unwrap().remove("data");
        }
        assert_eq!(request.to_json(), plain);
    }
    let kinds: Vec<_> = opened.iter().map(|(request, ..)| request.kind()).collect();
    assert_eq!(kinds[0], Kind::Ping);
    assert_eq!(kinds[1], Kind::Opened);
    let Kind::Submitted { screen: "FIRST", data } = kinds[2] else { panic!("{:?}", kinds[2]) };
    assert_eq!(data["nombre"], "Íñigo 🙂");
    assert_eq!(kinds[3], Kind::Back);
    assert_eq!(
        kinds[4],
        Kind::ErrorNotification { error: Some("payload-schema-error"), message: Some("bad") }
    );
    assert_eq!(kinds[5], Kind::Unknown);
    assert_eq!(opened[5].0.extra["novelty"], json!({"a": 1}));
}

#[test]
fn an_answer_is_sealed_as_another_implementation_seals_it() {
    let (_, session, _) = requests().swap_remove(0);
    assert_eq!(session.seal(&Response::Pong), text("/requests/0/answer/sealed"));
}

#[test]
fn every_form_of_the_key_is_read() {
    let body = text("/requests/0/body").as_bytes();
    let flat = text("/keys/pkcs8").replace('\n', "\\n");
    for (pem, passphrase) in [
        (text("/keys/pkcs8"), None),
        (text("/keys/pkcs1"), None),
        (text("/keys/encrypted_pkcs8"), Some(text("/passphrase"))),
        (text("/keys/pkcs8"), Some("not needed")),
        (flat.as_str(), None),
    ] {
        let keys = Keys::from_pem(pem, passphrase).unwrap();
        assert_eq!(keys.public_pem(), text("/keys/public"));
        assert!(endpoint::open(&keys, body).is_ok());
    }
}

#[test]
fn a_key_that_is_none_is_refused_and_never_shown() {
    let error = |pem: &str, passphrase| Keys::from_pem(pem, passphrase).unwrap_err();
    assert_eq!(error("", None), KeyError::NotPem);
    assert_eq!(error("-----BEGIN PRIVATE KEY-----\n???\n-----END PRIVATE KEY-----", None), KeyError::NotPem);
    assert_eq!(error("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", None), KeyError::NotRsa);
    assert_eq!(
        error("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", None),
        KeyError::NotRsa
    );
    assert_eq!(error(text("/keys/public"), None), KeyError::Unsupported);
    let odd = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    assert_eq!(error(odd, Some("p")), KeyError::Unsupported);
    assert_eq!(error(text("/keys/encrypted_pkcs1"), Some(text("/passphrase"))), KeyError::Unsupported);
    assert_eq!(error(text("/keys/encrypted_pkcs8"), None), KeyError::PassphraseNeeded);
    assert_eq!(error(text("/keys/encrypted_pkcs8"), Some("abracadabra")), KeyError::WrongPassphrase);
    assert_eq!(format!("{:?}", keys()), "Keys(1)");
}

#[test]
fn another_key_opens_nothing_and_an_older_one_still_does() {
    let body = text("/requests/0/body").as_bytes();
    let other = Keys::from_pem(text("/other_keys/pkcs8"), None).unwrap();
    let refused = endpoint::open(&other, body).unwrap_err();
    assert_eq!((refused.status(), refused.body()), (421, String::new()));
    let rotated = other.or(keys());
    assert_eq!(rotated.public_pem(), text("/other_keys/public"));
    assert!(endpoint::open(&rotated, body).is_ok());
}

/// A body with one field changed.
fn changed(field: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Result<(), EndpointError> {
    let mut body: Value = serde_json::from_str(text("/requests/2/body")).unwrap();
    let bytes = STANDARD.decode(body[field].as_str().unwrap()).unwrap();
    body[field] = STANDARD.encode(change(bytes)).into();
    endpoint::open(&keys(), body.to_string().as_bytes()).map(|_| ())
}

#[test]
fn what_was_tampered_with_is_not_opened() {
    let flip = |at: usize| {
        move |mut bytes: Vec<u8>| {
            let at = at.min(bytes.len() - 1);
            bytes[at] ^= 1;
            bytes
        }
    };
    for field in ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"] {
        for at in [0, 7, usize::MAX] {
            assert_eq!(changed(field, flip(at)), Err(EndpointError::Undecryptable), "{field} at {at}");
        }
    }
    assert_eq!(changed("encrypted_flow_data", |bytes| bytes), Ok(()));
}

#[test]
fn whatever_its_length_nothing_panics() {
    for n in 0..40 {
        for field in ["encrypted_flow_data", "encrypted_aes_key"] {
            assert_eq!(
                changed(field, |bytes| bytes[..n].to_vec()),
                Err(EndpointError::Undecryptable),
                "{field} of {n}"
            );
        }
        let wrong = changed("initial_vector", |_| vec![0; n]).unwrap_err();
        assert_eq!(wrong.status(), if n == 16 { 421 } else { 400 });
    }
    assert_eq!(changed("encrypted_aes_key", |_| vec![255; 256]), Err(EndpointError::Undecryptable));
    assert_eq!(changed("encrypted_aes_key", |_| vec![0; 10_000]), Err(EndpointError::Undecryptable));
    let status = |pointer: &str| endpoint::open(&keys(), text(pointer).as_bytes()).unwrap_err().status();
    assert_eq!(status("/short_vector/body"), 400);
    assert_eq!(status("/not_json/body"), 400);
    assert_eq!(status("/long_key/body"), 421);
}

#[test]
fn what_is_no_request_is_malformed() {
    for body in [
        "",
        "{}",
        "[]",
        "nonsense",
        r#"{"encrypted_flow_data":"?","encrypted_aes_key":"?","initial_vector":"?"}"#,
    ] {
        assert_eq!(endpoint::open(&keys(), body.as_bytes()).unwrap_err().status(), 400, "{body}");
    }
}

#[test]
fn errors_know_their_status_and_body() {
    let ended = EndpointError::TokenInvalid { message: "Already \"sent\"".into() };
    assert_eq!((ended.status(), ended.body().as_str()), (427, r#"{"error_msg":"Already \"sent\""}"#));
    assert_eq!(EndpointError::from(SignatureError::Mismatch).status(), 432);
    assert_eq!(EndpointError::from(TokenError::Mismatch).status(), 432);
    assert_eq!(EndpointError::Malformed("x").status(), 400);
}

#[test]
fn the_phone_reads_what_another_implementation_sealed() {
    let key: [u8; 16] = bytes("/screen/aes_key").try_into().unwrap();
    let vector: [u8; 16] = bytes("/screen/initial_vector").try_into().unwrap();
    let response = client::open_response(text("/screen/sealed"), &key, &vector).unwrap();
    let data: Map<String, Value> =
        serde_json::from_value(json!({"a": [1, 2], "error_message": "no"})).unwrap();
    assert_eq!(response, Response::screen("LAST", data));
    assert_eq!(response.error_message(), Some("no"));
    assert!(client::open_response(text("/screen/sealed"), &vector, &key).is_err());
    for body in ["", "AA", "?", text("/requests/0/body")] {
        assert!(client::open_response(body, &key, &vector).is_err());
    }
}

#[test]
fn phone_and_endpoint_understand_each_other() {
    let mut request = Request::new(Action::DataExchange);
    request.version = Some("4.0".into());
    request.screen = Some("FIRST".into());
    request.flow_token = Some("tok".into());
    request.data.insert("slot".into(), "1".into());
    let (key, vector) = ([7; 16], [9; 16]);
    let body = client::seal_request(keys().public_pem(), &request, &key, &vector).unwrap();

    let mut params = Map::new();
    params.insert("slot".into(), "1".into());
    for response in [
        Response::error("FIRST", "Taken"),
        Response::Success { flow_token: "tok".into(), params },
        Response::Pong,
        Response::Acknowledged,
    ] {
        let (read, session) = endpoint::open(&keys(), body.as_bytes()).unwrap();
        assert_eq!(read, request);
        let sealed = session.seal(&response);
        assert_eq!(client::open_response(&sealed, &key, &vector), Ok(response));
    }
    assert_eq!(
        client::seal_request(text("/keys/pkcs8"), &request, &key, &vector),
        Err(KeyError::Unsupported)
    );
    assert_eq!(client::seal_request("", &request, &key, &vector), Err(KeyError::NotPem));
}

#[test]
fn answers_say_the_version_of_the_request() {
    let (key, vector) = ([1; 16], [2; 16]);
    let answer = |version: Option<&str>| {
        let request = Request { version: version.map(Into::into), ..Request::new(Action::Init) };
        let body = client::seal_request(keys().public_pem(), &request, &key, &vector).unwrap();
        let (_, session) = endpoint::open(&keys(), body.as_bytes()).unwrap();
        client::open_response(&session.seal(&Response::Other(json!({"novelty": 1}))), &key, &vector).unwrap()
    };
    assert_eq!(answer(Some("4.0")), Response::Other(json!({"novelty": 1, "version": "4.0"})));
    assert_eq!(answer(None), Response::Other(json!({"novelty": 1})));
}

#[test]
fn answers_read_as_meta_documents_them() {
    assert_eq!(Response::Pong.to_json(), json!({"data": {"status": "active"}}));
    assert_eq!(Response::Acknowledged.to_json(), json!({"data": {"acknowledged": true}}));
    assert_eq!(
        Response::success("tok").to_json(),
        json!({"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"flow_token": "tok"}}}})
    );
    assert_eq!(Response::error("A", "no").to_json(), json!({"screen": "A", "data": {"error_message": "no"}}));
}

#[test]
fn a_persons_own_field_is_no_error_notification() {
    let mut request = Request::new(Action::DataExchange);
    request.data.insert("error".into(), "E12".into());
    request.data.insert("device".into(), "washing machine".into());
    assert!(matches!(request.kind(), Kind::Submitted { .. }));
}

#[test]
fn the_flow_token_is_metas_or_not() {
    let with = |token: Option<&str>, signature: Option<&str>| Request {
        flow_token: token.map(Into::into),
        flow_token_signature: signature.map(Into::into),
        ..Request::new(Action::Init)
    };
    let jwt = text("/token/jwt");
    let secret = text("/token/secret");
    assert_eq!(with(Some("tok"), Some(jwt)).verify_token(&["older", secret]), Ok(()));
    assert_eq!(with(Some("tok"), Some(jwt)).verify_token(&["older"]), Err(TokenError::Mismatch));
    assert_eq!(with(Some("other"), Some(jwt)).verify_token(&[secret]), Err(TokenError::OtherToken));
    assert_eq!(with(None, Some(jwt)).verify_token(&[secret]), Err(TokenError::OtherToken));
    assert_eq!(with(Some("tok"), None).verify_token(&[secret]), Err(TokenError::Missing));
    for bad in [text("/token/unsigned"), "", "a.b.c", "..", "x"] {
        assert_eq!(with(Some("tok"), Some(bad)).verify_token(&[secret]), Err(TokenError::Malformed), "{bad}");
    }
    let (head, _) = jwt.rsplit_once('.').unwrap();
    assert_eq!(
        with(Some("tok"), Some(&format!("{head}."))).verify_token(&[secret]),
        Err(TokenError::Mismatch)
    );
    let made = client::sign_token(secret, "tok");
    assert_eq!(with(Some("tok"), Some(&made)).verify_token(&[secret]), Ok(()));
}

fn upload() -> Upload {
    serde_json::from_value(VECTORS["media"]["upload"].clone()).unwrap()
}

#[test]
fn an_uploaded_file_is_opened() {
    let mut request = Request::new(Action::DataExchange);
    request.data.insert("photos".into(), json!([VECTORS["media"]["upload"], "nonsense"]));
    let uploads = request.uploads("photos");
    assert_eq!((uploads.len(), uploads[0].file_name.as_deref()), (1, Some("IMG.jpg")));
    let file = open_media(&uploads[0].encryption_metadata, &bytes("/media/cdn"));
    assert_eq!(file.unwrap(), bytes("/media/file"));
    assert!(request.uploads("absent").is_empty());
}

#[test]
fn an_uploaded_file_that_is_another_is_refused() {
    let open = |change: &dyn Fn(&mut Upload, &mut Vec<u8>)| {
        let (mut upload, mut cdn) = (upload(), bytes("/media/cdn"));
        change(&mut upload, &mut cdn);
        open_media(&upload.encryption_metadata, &cdn).unwrap_err()
    };
    let zeros = |n: usize| STANDARD.encode(vec![0; n]);
    assert_eq!(open(&|_, cdn| cdn.truncate(100)), MediaError::EncryptedHash);
    assert_eq!(open(&|_, cdn| cdn.clear()), MediaError::EncryptedHash);
    assert_eq!(open(&|upload, _| upload.encryption_metadata.hmac_key = zeros(32)), MediaError::Mac);
    assert_eq!(open(&|upload, _| upload.encryption_metadata.iv = zeros(16)), MediaError::Mac);
    assert_eq!(
        open(&|upload, _| upload.encryption_metadata.plaintext_hash = zeros(32)),
        MediaError::PlaintextHash
    );
    assert_eq!(open(&|upload, _| upload.encryption_metadata.iv = zeros(12)), MediaError::Metadata("iv"));
    assert_eq!(
        open(&|upload, _| upload.encryption_metadata.encryption_key = "?".into()),
        MediaError::Metadata("encryption_key")
    );
    let wrong_key = open(&|upload, _| upload.encryption_metadata.encryption_key = zeros(32));
    assert!(matches!(wrong_key, MediaError::Undecryptable | MediaError::PlaintextHash), "{wrong_key:?}");
}

#[test]
fn the_phone_seals_a_file_as_another_implementation_does() {
    let metadata = upload().encryption_metadata;
    let part = |name: &str| bytes(&format!("/media/upload/encryption_metadata/{name}"));
    let (cdn, made) = client::seal_media(
        &bytes("/media/file"),
        &part("encryption_key").try_into().unwrap(),
        &part("hmac_key").try_into().unwrap(),
        &part("iv").try_into().unwrap(),
    );
    assert_eq!((cdn, made), (bytes("/media/cdn"), metadata));
    for n in [0, 1, 15, 16, 17] {
        let (cdn, metadata) = client::seal_media(&vec![5; n], &[1; 32], &[2; 32], &[3; 16]);
        assert_eq!(open_media(&metadata, &cdn), Ok(vec![5; n]));
    }
}

#[test]
fn secrets_are_not_shown() {
    let (request, session, _) = requests().swap_remove(2);
    assert_eq!(format!("{session:?}"), r#"Session { version: Some("4.0"), .. }"#);
    let shown = format!("{request:?} {:?}", upload());
    for secret in ["tok", "Íñigo", text("/media/upload/encryption_metadata/encryption_key")] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
