//! A delivery is trusted if, and only if, one of the secrets signed its bytes.

use cloud_api::signature::{SignatureError, appsecret_proof, sign, verify};
use proptest::prelude::*;

const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;

#[test]
fn the_signature_is_hmac_sha256_in_lowercase_hexadecimal() {
    // Test case 2 of RFC 4231.
    assert_eq!(
        sign("Jefe", b"what do ya want for nothing?"),
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(
        appsecret_proof("Jefe", "what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn the_secret_that_signed_is_named() {
    let header = sign("second", BODY);
    assert_eq!(verify(&["first", "second", "third"], Some(&header), BODY), Ok(1));
    assert_eq!(verify(&[String::from("second")], Some(&header), BODY), Ok(0));
}

#[test]
fn uppercase_digits_are_the_same_signature() {
    let header = sign("s", BODY).to_uppercase().replace("SHA256", "sha256");
    assert_eq!(verify(&["s"], Some(&header), BODY), Ok(0));
}

#[test]
fn a_wrong_signature_is_a_mismatch() {
    let header = sign("s", BODY);
    assert_eq!(verify(&["t"], Some(&header), BODY), Err(SignatureError::Mismatch));
    assert_eq!(verify(&["s"], Some(&header), b"{}"), Err(SignatureError::Mismatch));
    assert_eq!(verify(&[] as &[&str], Some(&header), BODY), Err(SignatureError::Mismatch));
    let zeros = format!("sha256={}", "0".repeat(64));
    assert_eq!(verify(&["s"], Some(&zeros), BODY), Err(SignatureError::Mismatch));
}

#[test]
fn a_missing_signature_is_told_from_a_malformed_one() {
    assert_eq!(verify(&["s"], None, BODY), Err(SignatureError::Missing));
    let good = sign("s", BODY);
    let malformed = [
        String::new(),
        "sha256=".to_owned(),
        good.replace("sha256=", "sha1="),
        good.replace("sha256=", ""),
        good[..good.len() - 1].to_owned(),
        format!("{good}0"),
        format!("sha256={}", "g".repeat(64)),
        format!("sha256={}", "é".repeat(32)),
        format!("sha256=+{}", "1".repeat(63)),
    ];
    for header in malformed {
        assert_eq!(verify(&["s"], Some(&header), BODY), Err(SignatureError::Malformed), "{header}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(secret in ".*", body in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(verify(&["other secret", &secret], Some(&sign(&secret, &body)), &body), Ok(1));
    }

    #[test]
    fn any_header_is_survived(header in ".*") {
        prop_assert!(verify(&["s"], Some(&header), BODY).is_err());
    }
}
