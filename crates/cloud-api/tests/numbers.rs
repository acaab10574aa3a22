//! Phone numbers are read as people write them, and one person is one identity under every spelling Meta uses.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::number::{NumberError, PhoneNumber, Region, canonical, identity_candidates, same_identity};
use proptest::prelude::*;

fn region(code: &str) -> Option<Region> {
    Some(Region::parse(code).unwrap())
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, default, e164, of, code) in [
        ("+52 55 1234 5678", None, "+525512345678", Some("MX"), 52),
        ("55 1234 5678", region("MX"), "+525512345678", Some("MX"), 52),
        ("  (650) 555-1234 ", region("us"), "+16505551234", Some("US"), 1),
        ("tel:+1-416-555-0123", None, "+14165550123", Some("CA"), 1),
        ("+1 242 365 1234", None, "+12423651234", Some("BS"), 1),
        ("+1 809 555 1234", None, "+18095551234", Some("DO"), 1),
        ("+1 787 234 5678", None, "+17872345678", Some("PR"), 1),
        ("0044 20 7946 0018", region("DE"), "+442079460018", Some("GB"), 44),
        ("+7 701 123 45 67", None, "+77011234567", Some("KZ"), 7),
        ("+7 916 123 45 67", None, "+79161234567", Some("RU"), 7),
        ("06 698 12345", region("IT"), "+390669812345", Some("VA"), 39),
        ("+55 11 98765-4321", None, "+5511987654321", Some("BR"), 55),
        ("+55 11 8765-4321", None, "+551187654321", Some("BR"), 55),
        ("+52 1 55 1234 5678", None, "+525512345678", Some("MX"), 52),
        ("+54 11 15 2345-6789", None, "+5491123456789", Some("AR"), 54),
        ("＋５２ ５５ １２３４ ５６７８", None, "+525512345678", Some("MX"), 52),
        ("+1 555 005 1310", None, "+15550051310", None, 1),
        ("+800 1234 5678", None, "+80012345678", None, 800),
    ] {
        let number = PhoneNumber::parse(text, default).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(number.e164(), e164, "{text}");
        assert_eq!(format!("+{}", number.wa_id()), e164, "{text}");
        assert_eq!(number.region().as_ref().map(Region::as_str), of, "{text}");
        assert_eq!(number.calling_code(), code, "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_number_is_said() {
    for (text, default, error) in [
        ("", None, NumberError::Empty),
        (" \t", region("MX"), NumberError::Empty),
        ("hello", region("MX"), NumberError::NotANumber),
        ("US.13491208655", None, NumberError::NotANumber),
        ("US.13491208655302741918", region("US"), NumberError::NotANumber),
        ("US.6505551234", region("US"), NumberError::NotANumber),
        ("call +52 55 1234 5678", None, NumberError::NotANumber),
        ("1-800-FLOWERS", region("US"), NumberError::NotANumber),
        ("+", None, NumberError::NotANumber),
        ("55 1234 5678", None, NumberError::NoCallingCode),
        ("15550051310", None, NumberError::NoCallingCode),
        ("+999 123 4567", None, NumberError::UnknownCallingCode),
        ("+44 12", None, NumberError::TooShort),
        ("+52 1234", None, NumberError::TooShort),
        ("253 0000", region("US"), NumberError::TooShort),
        ("+52 55 1234 56789", None, NumberError::TooLong),
        ("+1 650 555 12345", None, NumberError::TooLong),
        ("+123456789012345678901", None, NumberError::TooLong),
        ("+65 1234 56789", None, NumberError::WrongLength),
        ("+44 7911 123456 ext 5", None, NumberError::Extension),
        ("+44 7911 123456;ext=5", None, NumberError::Extension),
    ] {
        assert_eq!(PhoneNumber::parse(text, default), Err(error), "{text}");
    }
}

#[test]
fn a_wa_id_is_digits_with_a_calling_code() {
    assert_eq!(PhoneNumber::from_wa_id("16505551234").unwrap().e164(), "+16505551234");
    assert_eq!(PhoneNumber::from_wa_id("+16505551234"), Err(NumberError::NotANumber));
    assert_eq!(PhoneNumber::from_wa_id(""), Err(NumberError::Empty));
}

#[test]
fn a_range_nobody_gives_out_is_a_number_that_is_not_valid() {
    let valid = |text: &str| text.parse::<PhoneNumber>().unwrap().is_valid();
    assert!(valid("+525512345678"));
    assert!(!valid("+15550051310"));
    assert!(!valid("+551187654321"));
}

#[test]
fn a_number_is_shown_and_stored() {
    let number: PhoneNumber = "+525512345678".parse().unwrap();
    assert_eq!(number.to_string(), "+525512345678");
    assert_eq!(number.international(), "+52 55 1234 5678");
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, "\"+525512345678\"");
    assert_eq!(serde_json::from_str::<PhoneNumber>(&json).unwrap(), number);
    assert!(serde_json::from_str::<PhoneNumber>("\"5512345678\"").is_err());
}

#[test]
fn regions_are_countries_with_phone_numbers() {
    assert_eq!(Region::parse("mx").unwrap().calling_code(), Some(52));
    assert_eq!(Region::parse("XK").unwrap().calling_code(), Some(383));
    for odd in ["", "M", "MEX", "ZZ", "0é", "1A"] {
        assert_eq!(Region::parse(odd), None, "{odd}");
    }
    assert_eq!(Region::of_user_id("US.13491208655302741918"), Some(Region::US));
    assert_eq!(Region::of_user_id("BR.ENT.11815799212886844830"), region("BR"));
    assert_eq!(Region::of_user_id("16505551234"), None);
}

#[test]
fn one_person_has_one_identity() {
    for (spellings, key) in [
        (&["5511987654321", "551187654321", "+5511987654321"][..], "5511987654321"),
        (&["5531998765432", "553198765432"][..], "5531998765432"),
        (&["525512345678", "5215512345678"][..], "525512345678"),
        (&["5491123456789", "541123456789", "54111523456789"][..], "5491123456789"),
        (&["5492215123456", "542215123456", "54221155123456"][..], "5492215123456"),
        (&["5492966123456", "542966123456", "54296615123456"][..], "5492966123456"),
    ] {
        for spelling in spellings {
            assert_eq!(canonical(spelling), key, "{spelling}");
            let candidates = identity_candidates(spelling);
            assert_eq!(candidates[0], key);
            for other in spellings {
                assert!(same_identity(spelling, other));
                let digits = other.trim_start_matches('+');
                assert!(candidates.iter().any(|candidate| candidate == digits), "{spelling} {other}");
            }
        }
    }
}

#[test]
fn different_people_stay_different() {
    for (a, b) in [
        // A landline of São Paulo has no ninth digit.
        ("551131234567", "5511931234567"),
        ("5511987654321", "5521987654321"),
        ("525512345678", "525512345679"),
        ("5491123456789", "5491123456780"),
        ("16505551234", "6505551234"),
        // The same digits elsewhere mean nothing.
        ("5611987654321", "561187654321"),
        ("US.134", "US.135"),
    ] {
        assert!(!same_identity(a, b), "{a} {b}");
    }
    assert_eq!(identity_candidates("551131234567"), ["551131234567"]);
    assert_eq!(identity_candidates("US.13491208655302741918"), ["US.13491208655302741918"]);
    assert_eq!(identity_candidates(""), [""]);
}

/// Numbers of the three countries in every spelling, near misses, numbers of others, and rubbish.
fn wa_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "55[1-9][1-9]9?[2-9][0-9]{7}",
        "521?[2-9][0-9]{9}",
        "549?[1-3][0-9]{9}",
        "54(11|221|351|2966)15[0-9]{6,8}",
        "5[245][0-9]{8,13}",
        "[1-9][0-9]{6,14}",
        "\\+?[0-9]{0,15}",
        "\\PC{0,20}",
    ]
}

proptest! {
    #[test]
    fn candidates_are_the_spellings_of_one_identity(wa_id in wa_id()) {
        let key = canonical(&wa_id);
        prop_assert_eq!(&canonical(&key), &key);
        prop_assert!(same_identity(&wa_id, &wa_id) && same_identity(&wa_id, &key) && same_identity(&key, &wa_id));
        let candidates = identity_candidates(&wa_id);
        prop_assert!(candidates.contains(&key) && candidates.len() <= 4);
        let digits = wa_id.strip_prefix('+').unwrap_or(&wa_id);
        prop_assert!(candidates.iter().any(|one| one == digits || *one == wa_id));
        for one in &candidates {
            prop_assert!(same_identity(one, &wa_id));
            prop_assert_eq!(&canonical(one), &key);
            // Whoever looks for one spelling finds what was stored under another.
            prop_assert!(identity_candidates(one).contains(&key));
        }
    }

    #[test]
    fn people_are_the_same_or_not_whichever_way_one_asks(a in wa_id(), b in wa_id()) {
        prop_assert_eq!(same_identity(&a, &b), same_identity(&b, &a));
        prop_assert_eq!(same_identity(&a, &b), identity_candidates(&a).iter().any(|one| same_identity(one, &b)));
    }

    #[test]
    fn elsewhere_a_number_has_one_spelling(wa_id in "[1-46-9][0-9]{7,13}|5[0136789][0-9]{7,12}") {
        prop_assert_eq!(identity_candidates(&wa_id), vec![wa_id]);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,40}", digits in "\\+?[0-9 ()-]{0,24}", whole in "\\+[1-9][0-9]{6,14}") {
        for text in [text, digits, whole] {
            for default in [None, Some(Region::US), Region::parse("AR")] {
                if let Ok(number) = PhoneNumber::parse(&text, default) {
                    prop_assert_eq!(&PhoneNumber::parse(number.e164(), None).unwrap(), &number);
                    prop_assert_eq!(&PhoneNumber::from_wa_id(number.wa_id()).unwrap(), &number);
                }
            }
        }
    }
}
