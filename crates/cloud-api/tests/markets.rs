//! Who is in which market, as the facts have it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::market::{Date, Market, marketing_paused, messaging_banned};
use cloud_api::number::{PhoneNumber, Region};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn market(key: &str) -> Market {
    Market::named(key).unwrap()
}

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

/// Calling codes of §8.3; `*`: a market of its own since 2026-10-01.
const CODES: [(&str, &str); 6] = [
    (
        "rest_of_africa",
        "213 244 229 267 226 257 237 235 242 291 251 241 220 233 245 225 254 266 231 218 261 265 223 222 \
      212*morocco 258 264 227 250 221 232 252 211 249 268 255 228 216 256 260 263",
    ),
    (
        "rest_of_asia_pacific",
        "93 61 880*bangladesh 855 86 852*hong_kong 81 856 976 977*nepal 64 675 63 65*singapore \
      94*sri_lanka 886 992 66 993 998 84",
    ),
    (
        "rest_of_central_and_eastern_europe",
        "355 374 994 375 359 385 420 995 30 36*hungary 371 370 373 389 48*poland \
      40*romania 381 421 386 380*ukraine",
    ),
    ("rest_of_western_europe", "43 32 45 358 353 47 351 46 41"),
    ("rest_of_latin_america", "591 506 593 503 502 509 504 505 507 595 598 58"),
    ("rest_of_middle_east", "973 964*iraq 962 965*kuwait 961 968*oman 974*qatar 967"),
];

const STANDALONE: &str = "54 argentina|55 brazil|56 chile|57 colombia|20 egypt|33 france|49 germany|91 india|62 indonesia|\
    972 israel|39 italy|60 malaysia|52 mexico|31 netherlands|234 nigeria|92 pakistan|51 peru|7 russia|966 saudi_arabia|\
    27 south_africa|34 spain|90 turkey|971 united_arab_emirates|44 united_kingdom";

/// The main country of each calling code of the tables, to ask with: a code alone is no number.
fn of_code(code: &str, at: &str) -> Market {
    let regions =
        (b'A'..=b'Z').flat_map(|a| (b'A'..=b'Z').map(move |b| String::from_utf8(vec![a, b]).unwrap()));
    let code: u16 = code.parse().unwrap();
    let mut regions =
        regions.filter_map(|code| Region::parse(&code)).filter(|region| region.calling_code() == Some(code));
    let region = if code == 7 { region("RU") } else { regions.next().unwrap_or_else(|| panic!("{code}")) };
    Market::of_region(region, at.parse().unwrap())
}

#[test]
fn every_calling_code_is_in_its_market() {
    let mut asked = 0;
    for (rest, codes) in CODES {
        for code in codes.split_whitespace() {
            let (code, own) = code.split_once('*').unwrap_or((code, rest));
            assert_eq!(of_code(code, "2026-09-30").key(), rest, "{code}");
            assert_eq!(of_code(code, "2026-10-01").key(), own, "{code}");
            asked += 1;
        }
    }
    for line in STANDALONE.split('|') {
        let (code, own) = line.split_once(' ').unwrap();
        assert_eq!(of_code(code, "2025-08-01").key(), own);
        assert_eq!(of_code(code, "2026-11-01").key(), own);
        asked += 1;
    }
    assert_eq!(asked, 41 + 21 + 20 + 9 + 12 + 8 + 24);
}

#[test]
fn the_tables_are_well_formed() {
    let rows = |table: &'static str| table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut names = Vec::new();
    for line in rows(include_str!("../data/markets.csv")) {
        let [key, name, international] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        assert!(
            matches!(international, "always" | "never") || international.parse::<Date>().is_ok(),
            "{line}"
        );
        assert_eq!(market(key).name(), name);
        names.push(name);
    }
    assert_eq!(names.len(), Market::all().count());
    let mut prefixes = Vec::new();
    for line in rows(include_str!("../data/calling-codes.csv")) {
        let [prefix, key, regions, from, until] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        assert!(prefix.bytes().all(|byte| byte.is_ascii_digit()) && !prefix.is_empty(), "{line}");
        market(key);
        regions.split(' ').filter(|code| !code.is_empty()).for_each(|code| {
            region(code);
        });
        let end = |text: &str, open| if text.is_empty() { open } else { day(text) };
        let (from, until) = (end(from, day("0001-01-01")), end(until, day("9999-12-31")));
        assert!(from < until, "{line}");
        // On any day a prefix stands once.
        for (other, since, till) in &prefixes {
            assert!(prefix != *other || from >= *till || until <= *since, "{line}");
        }
        prefixes.push((prefix, from, until));
    }
    assert!(prefixes.len() > 150);
}

#[test]
fn a_number_is_in_the_market_of_its_code_and_area() {
    for (number, before, since) in [
        ("+14155550123", "north_america", "north_america"),
        ("+14165550123", "north_america", "north_america"),
        ("+18095551234", "rest_of_latin_america", "rest_of_latin_america"),
        ("+18295551234", "rest_of_latin_america", "rest_of_latin_america"),
        ("+18495551234", "rest_of_latin_america", "rest_of_latin_america"),
        ("+18765551234", "rest_of_latin_america", "rest_of_latin_america"),
        ("+16582345678", "rest_of_latin_america", "rest_of_latin_america"),
        ("+17872345678", "rest_of_latin_america", "rest_of_latin_america"),
        ("+19392345678", "rest_of_latin_america", "rest_of_latin_america"),
        ("+12423651234", "other", "other"),
        ("+18681234567", "other", "other"),
        ("+77011234567", "russia", "kazakhstan"),
        ("+79161234567", "russia", "russia"),
        ("+5215512345678", "mexico", "mexico"),
        ("+551187654321", "brazil", "brazil"),
        ("+447911123456", "united_kingdom", "united_kingdom"),
        ("+3581812345", "rest_of_western_europe", "rest_of_western_europe"),
        ("+38344123456", "other", "other"),
        ("+59995181234", "other", "other"),
        ("+212612345678", "rest_of_africa", "morocco"),
        ("+6591234567", "rest_of_asia_pacific", "singapore"),
    ] {
        let number: PhoneNumber = number.parse().unwrap();
        assert_eq!(Market::of(&number, day("2026-09-30")).map(Market::key), Some(before), "{number}");
        assert_eq!(Market::of(&number, day("2026-10-01")).map(Market::key), Some(since), "{number}");
    }
    let at = day("2026-11-01");
    // Nobody's area code: no market rather than a wrong one.
    assert_eq!(Market::of_wa_id("15550051310", at), None);
    assert_eq!(Market::of_wa_id("12", at), None);
    assert_eq!(Market::of_wa_id("919812345678", at), Some(market("india")));
}

#[test]
fn a_country_is_in_the_market_of_its_numbers() {
    let of = |code, at| Market::of_region(region(code), day(at)).key();
    for (code, key) in [
        ("US", "north_america"),
        ("CA", "north_america"),
        ("DO", "rest_of_latin_america"),
        ("JM", "rest_of_latin_america"),
        ("PR", "rest_of_latin_america"),
        ("BS", "other"),
        ("GU", "other"),
        ("GG", "united_kingdom"),
        ("AX", "rest_of_western_europe"),
        ("XK", "other"),
        ("RU", "russia"),
    ] {
        assert_eq!(of(code, "2026-11-01"), key, "{code}");
    }
    assert_eq!((of("KZ", "2026-09-30"), of("KZ", "2026-10-01")), ("russia", "kazakhstan"));
}

#[test]
fn the_international_rate_exists_in_some_markets() {
    let having = |at: &str| {
        let at = day(at);
        Market::all()
            .filter(|market| market.has_authentication_international(at))
            .map(Market::key)
            .collect::<Vec<_>>()
    };
    let old = [
        "egypt",
        "india",
        "indonesia",
        "malaysia",
        "nigeria",
        "pakistan",
        "saudi_arabia",
        "south_africa",
        "united_arab_emirates",
    ];
    let new =
        ["bangladesh", "iraq", "kazakhstan", "kuwait", "morocco", "nepal", "oman", "sri_lanka", "ukraine"];
    assert_eq!(having("2026-09-30"), old);
    let mut all: Vec<_> = old.into_iter().chain(new).collect();
    all.sort_unstable();
    assert_eq!(having("2026-10-01"), all);
}

#[test]
fn a_market_is_stored_by_its_key() {
    let india = market("india");
    assert_eq!(serde_json::to_string(&india).unwrap(), "\"india\"");
    assert_eq!(serde_json::from_str::<Market>("\"india\"").unwrap(), india);
    assert!(serde_json::from_str::<Market>("\"atlantis\"").is_err());
    assert_eq!(market("rest_of_western_europe").to_string(), "Rest of Western Europe");
}

#[test]
fn marketing_is_paused_to_the_united_states_alone() {
    let at = day("2026-11-01");
    for (number, paused) in [
        ("+14155550123", true),
        ("+14165550123", false),
        ("+12423651234", false),
        ("+17872345678", false),
        ("+525512345678", false),
    ] {
        let number: PhoneNumber = number.parse().unwrap();
        assert_eq!(marketing_paused(number.region().unwrap(), at), paused, "{number}");
    }
    assert!(!marketing_paused(Region::US, day("2025-03-31")));
    assert!(marketing_paused(Region::US, day("2025-04-01")));
    let banned = ["CU", "IR", "KP", "SY"];
    assert!(banned.into_iter().all(|code| messaging_banned(region(code))));
    assert!(!messaging_banned(region("UA")));
}
