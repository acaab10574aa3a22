//! What a message costs and when it is free, as the facts have it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::market::{
    Date, Delivery, Market, Micros, PricingCategory, PricingKind, RateCard, RateCardError, free_entry_point,
    price, price_by,
};
use proptest::prelude::*;

fn market(key: &str) -> Market {
    Market::named(key).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Market, marketing, and utility = authentication = service, in dollars: the card of 2026-10-01.
const CARD: &str = "
argentina .0618 .0260|bangladesh .0732 .0037|brazil .0625 .0068|chile .0889 .0200|colombia .0125 .0008|egypt .0644 .0036
france .0859 .0300|germany .1365 .0550|hong_kong .0732 .0260|hungary .0860 .0350|india .0118 .0014|indonesia .0411 .0250
iraq .0341 .0079|israel .0353 .0053|italy .0795 .0300|kazakhstan .0604 .0180|kuwait .0792 .0440|malaysia .0860 .0140
mexico .0397 .0085|morocco .0414 .0230|nepal .0732 .0034|netherlands .1597 .0500|nigeria .0516 .0067|oman .0341 .0247
pakistan .0473 .0150|peru .0703 .0300|poland .0366 .0122|qatar .0341 .0120|romania .0860 .0290|russia .0802 .0400
saudi_arabia .0576 .0107|singapore .0732 .0160|south_africa .0379 .0095|spain .0707 .0200|sri_lanka .0732 .0020
turkey .0109 .0009|ukraine .0860 .0298|united_arab_emirates .0576 .0157|united_kingdom .0635 .0220
north_america .0250 .0034|rest_of_africa .0225 .0040|rest_of_asia_pacific .0842 .0113
rest_of_central_and_eastern_europe .0860 .0212|rest_of_latin_america .0740 .0113|rest_of_middle_east .0392 .0091
rest_of_western_europe .0592 .0171|other .0604 .0077";

fn micros(dollars: &str) -> Option<Micros> {
    let places = dollars.strip_prefix('.').unwrap();
    assert_eq!(places.len(), 4);
    Some(Micros(places.parse::<u64>().unwrap() * 100))
}

#[test]
fn the_october_card_is_whole() {
    let card = RateCard::at(day("2026-10-01")).unwrap();
    assert_eq!((card.currency(), card.effective_from()), ("USD", day("2026-10-01")));
    assert!(card.source().contains("transcription"));
    let mut seen = 0;
    for line in CARD.split(['\n', '|']).filter(|line| !line.is_empty()) {
        let [key, marketing, others] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let rate = |category| card.rate(market(key), &category);
        assert_eq!(rate(PricingCategory::Marketing), micros(marketing), "{key}");
        for category in [PricingCategory::Utility, PricingCategory::Authentication, PricingCategory::Service]
        {
            assert_eq!(rate(category), micros(others), "{key}");
        }
        // Not in the transcription, so not here.
        for category in [PricingCategory::MarketingLite, PricingCategory::AuthenticationInternational] {
            assert_eq!(rate(category), None);
        }
        seen += 1;
    }
    assert_eq!(Market::all().count(), seen);
    assert_eq!(card.rates().count(), seen * 4);
}

#[test]
fn the_january_card_has_the_international_rate_alone() {
    let card = RateCard::at(day("2026-03-31")).unwrap();
    let rates = [
        ("egypt", ".0650"),
        ("india", ".0280"),
        ("indonesia", ".1360"),
        ("malaysia", ".0418"),
        ("nigeria", ".0750"),
        ("pakistan", ".0750"),
        ("saudi_arabia", ".0598"),
        ("south_africa", ".0200"),
        ("united_arab_emirates", ".0510"),
    ];
    for (key, rate) in rates {
        assert_eq!(card.rate(market(key), &PricingCategory::AuthenticationInternational), micros(rate));
        let underscored = PricingCategory::from("authentication_international");
        assert_eq!(card.rate(market(key), &underscored), micros(rate));
    }
    assert_eq!(card.rates().count(), rates.len());
    assert_eq!(card.rate(market("egypt"), &PricingCategory::Marketing), None);
}

#[test]
fn no_card_answers_for_a_quarter_it_does_not_know() {
    let from = |day: &str| RateCard::at(day.parse().unwrap()).map(|card| card.effective_from().to_string());
    assert_eq!(from("2025-12-31"), None);
    assert_eq!(from("2026-01-01").as_deref(), Some("2026-01-01"));
    assert_eq!(from("2026-04-01"), None);
    assert_eq!(from("2026-09-30"), None);
    assert_eq!(from("2026-12-31").as_deref(), Some("2026-10-01"));
    assert_eq!(from("2027-01-01"), None);
    assert_eq!(RateCard::newest(day("2027-05-01")).unwrap().effective_from(), day("2026-10-01"));
    assert_eq!(RateCard::newest(day("2025-01-01")), None);
    assert!(RateCard::all().windows(2).all(|pair| pair[0].known_until() <= pair[1].effective_from()));
}

#[test]
fn a_card_of_ones_own_has_tiers_and_is_checked() {
    let text = |rates: &str| {
        format!(
            r#"{{"effective_from":"2027-01-01","known_until":"2027-04-01","currency":"EUR","source":"ours","rates":{rates}}}"#
        )
    };
    let tiers = r#"{"india":{"UTILITY":[{"from":0,"micros":1400},{"from":1000,"micros":1300}]}}"#;
    let card = RateCard::parse(&text(tiers)).unwrap();
    let after = |charged| card.rate_after(market("india"), &PricingCategory::Utility, charged).unwrap();
    assert_eq!((after(0), after(999), after(1_000)), (Micros(1_400), Micros(1_400), Micros(1_300)));
    let charge = price_by(
        &Delivery {
            charged_before: 5_000,
            ..Delivery::new(Some(market("india")), &PricingCategory::Utility, day("2027-02-01"))
        },
        Some(&card),
    );
    assert_eq!(charge.unwrap().rate, Some(Micros(1_300)));

    let refused = |rates: &str| RateCard::parse(&text(rates)).unwrap_err();
    assert_eq!(refused(r#"{"atlantis":{}}"#), RateCardError::Market("atlantis".into()));
    for tiers in ["[]", r#"[{"from":1,"micros":1}]"#, r#"[{"from":0,"micros":1},{"from":0,"micros":1}]"#] {
        assert_eq!(
            refused(&format!(r#"{{"india":{{"utility":{tiers}}}}}"#)),
            RateCardError::Tiers("india".into())
        );
    }
    // Money is never a float.
    assert!(matches!(refused(r#"{"india":{"utility":0.0014}}"#), RateCardError::Form(_)));
    assert!(matches!(RateCard::parse("no"), Err(RateCardError::Form(_))));
    let backwards = text("{}").replace("2027-04-01", "2027-01-01");
    assert_eq!(RateCard::parse(&backwards), Err(RateCardError::Days));
}

#[test]
fn micros_are_shown_as_cards_print_them() {
    for (micros, shown) in
        [(61_800, "0.0618"), (800, "0.0008"), (0, "0.0000"), (1_250_000, "1.2500"), (15, "0.000015")]
    {
        assert_eq!(Micros(micros).to_string(), shown);
    }
}

/// Day, category, in window, in free entry point, service messages before -> kind, category charged, dollars.
#[test]
fn what_is_free_depends_on_the_day() {
    use PricingCategory as C;
    use PricingKind::{FreeCustomerService, FreeEntryPoint, Regular};
    let cases = [
        ("2025-07-01", C::Service, true, false, 0, FreeCustomerService, C::Service, Some(0)),
        ("2026-09-30", C::Service, true, false, 5_000, FreeCustomerService, C::Service, Some(0)),
        ("2026-10-01", C::Service, true, false, 0, FreeCustomerService, C::Service, Some(0)),
        ("2026-10-01", C::Service, true, false, 999, FreeCustomerService, C::Service, Some(0)),
        ("2026-10-01", C::Service, true, false, 1_000, Regular, C::Service, Some(8_500)),
        ("2026-09-30", C::Utility, true, false, 0, FreeCustomerService, C::Utility, Some(0)),
        ("2026-10-01", C::Utility, true, false, 0, Regular, C::Utility, Some(8_500)),
        ("2026-09-30", C::Utility, false, false, 0, Regular, C::Utility, None),
        ("2026-02-01", C::Marketing, true, false, 0, Regular, C::Marketing, None),
        ("2026-11-01", C::Marketing, true, false, 0, Regular, C::Marketing, Some(39_700)),
        ("2026-11-01", C::Marketing, false, false, 0, Regular, C::Marketing, Some(39_700)),
        ("2026-11-01", C::Authentication, true, false, 0, Regular, C::Authentication, Some(8_500)),
        ("2026-11-01", C::MarketingLite, false, false, 0, Regular, C::MarketingLite, None),
        ("2026-11-01", C::GeneralPurposeAi, true, false, 0, Regular, C::GeneralPurposeAi, None),
        ("2026-11-01", C::Marketing, true, true, 0, FreeEntryPoint, C::ReferralConversion, Some(0)),
        ("2026-11-01", C::Service, true, true, 5_000, FreeEntryPoint, C::ReferralConversion, Some(0)),
        ("2025-08-01", C::Utility, false, true, 0, FreeEntryPoint, C::ReferralConversion, Some(0)),
        (
            "2026-11-01",
            C::ReferralConversion,
            false,
            false,
            0,
            FreeEntryPoint,
            C::ReferralConversion,
            Some(0),
        ),
    ];
    for (at, category, window, entry, before, kind, charged_as, rate) in cases {
        let delivery = Delivery {
            in_service_window: window,
            in_free_entry_point: entry,
            service_messages_before: before,
            ..Delivery::new(Some(market("mexico")), &category, day(at))
        };
        let charge = price(&delivery).unwrap();
        assert_eq!(
            (charge.kind, charge.category, charge.rate),
            (kind, charged_as, rate.map(Micros)),
            "{delivery:?}"
        );
    }
}

#[test]
fn what_is_not_known_is_not_priced() {
    let at = day("2026-11-01");
    let unknown =
        |category: PricingCategory, at| price(&Delivery::new(Some(market("mexico")), &category, at));
    assert_eq!(unknown(PricingCategory::Marketing, day("2025-06-30")), None);
    assert_eq!(unknown(PricingCategory::GroupService, at), None);
    assert_eq!(unknown("meta business agent".into(), at), None);
    let nowhere = price(&Delivery::new(None, &PricingCategory::Marketing, at)).unwrap();
    assert_eq!((nowhere.kind, nowhere.rate), (PricingKind::Regular, None));
    let later = price(&Delivery::new(Some(market("mexico")), &PricingCategory::Marketing, day("2027-01-01")));
    assert_eq!(later.unwrap().rate, None);
}

#[test]
fn a_free_entry_point_opens_with_an_answer_in_time() {
    let (written, hours) = (1_790_000_000, 3_600);
    assert_eq!(free_entry_point(written, written + 5), Some((written + 5, written + 5 + 72 * hours - 1)));
    assert!(free_entry_point(written, written + 24 * hours).is_some());
    assert_eq!(free_entry_point(written, written + 24 * hours + 1), None);
    assert_eq!(free_entry_point(written, written - 1), None);
    assert_eq!(free_entry_point(i64::MIN, i64::MAX), None);
}

#[test]
fn the_words_of_prices_are_open() {
    for word in [
        "authentication",
        "authentication-international",
        "marketing",
        "marketing_lite",
        "utility",
        "service",
        "referral_conversion",
        "group_marketing",
        "group_utility",
        "group_service",
        "general_purpose_ai",
    ] {
        let category = PricingCategory::from(word);
        assert!(!matches!(category, PricingCategory::Other(_)), "{word}");
        assert_eq!(category.as_str(), word);
        // Analytics shout.
        assert_eq!(PricingCategory::any_case(&word.to_uppercase().replace('-', "_")), category);
    }
    assert_eq!(PricingCategory::any_case("New thing").as_str(), "New thing");
    for word in ["regular", "free_customer_service", "free_entry_point"] {
        assert!(!matches!(PricingKind::from(word), PricingKind::Other(_)));
    }
    assert_eq!(PricingKind::any_case("FREE_ENTRY_POINT"), PricingKind::FreeEntryPoint);
}

#[test]
fn days_are_days() {
    for (seconds, east, shown) in [
        (0, 0, "1970-01-01"),
        (-1, 0, "1969-12-31"),
        (951_782_400, 0, "2000-02-29"),
        (1_790_812_799, 0, "2026-09-30"),
        (1_790_812_800, 0, "2026-10-01"),
        (1_790_812_800, -6 * 3_600, "2026-09-30"),
        (1_790_812_799, 1, "2026-10-01"),
        (4_107_542_400, 0, "2100-03-01"),
        (i64::MIN, 0, "0001-01-01"),
        (i64::MAX, 1, "9999-12-31"),
    ] {
        assert_eq!(Date::from_unix(seconds, east).to_string(), shown, "{seconds}");
    }
    for odd in [
        "",
        "2026",
        "2026-13-01",
        "2026-02-29",
        "2100-02-29",
        "2026-00-10",
        "2026-01-00",
        "26-01-01",
        "2026-1-1",
        "2026-01-01T00:00",
        "2026-01-01-",
        "+026-01-01",
        "0000-01-01",
    ] {
        assert!(odd.parse::<Date>().is_err(), "{odd}");
    }
}

proptest! {
    #[test]
    fn the_next_second_is_today_or_tomorrow(seconds in -62_135_596_800i64..253_402_300_799) {
        let (today, then) = (Date::from_unix(seconds, 0), Date::from_unix(seconds + 86_400, 0));
        prop_assert!(today < then || seconds > 253_402_214_399);
        prop_assert_eq!(Date::new(today.year(), today.month(), today.day()), Some(today));
        prop_assert_eq!(today.to_string().parse::<Date>(), Ok(today));
        prop_assert_eq!(Date::from_unix(seconds - seconds.rem_euclid(86_400), 0), today);
    }
}
