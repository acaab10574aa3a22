//! Phone numbers as Meta treats them: how `to` becomes a `wa_id`, and which country a number belongs to.

/// Digits of a phone number however it was written, or `None` when it can't be one.
pub(crate) fn digits(written: &str) -> Option<String> {
    let mut out = String::with_capacity(written.len());
    for c in written.chars() {
        match c {
            '0'..='9' => out.push(c),
            '+' | ' ' | '(' | ')' | '-' | '.' | '\u{a0}' => {}
            _ => return None,
        }
    }
    let trimmed = out.strip_prefix("00").unwrap_or(&out);
    (7..=15).contains(&trimmed.len()).then(|| trimmed.to_owned())
}

/// The `wa_id` of a number. Brazil drops the ninth digit outside the oldest area codes, Mexico drops the historical 1,
/// Argentina inserts the 9 of mobiles; all others are their digits.
pub(crate) fn wa_id(digits: &str) -> String {
    if let Some(rest) = digits.strip_prefix("55")
        && rest.len() == 11
        && rest.as_bytes()[2] == b'9'
        && !keeps_ninth_digit(&rest[..2])
    {
        return format!("55{}{}", &rest[..2], &rest[3..]);
    }
    if let Some(rest) = digits.strip_prefix("521")
        && rest.len() == 10
    {
        return format!("52{rest}");
    }
    if let Some(rest) = digits.strip_prefix("54")
        && rest.len() == 10
        && !rest.starts_with('9')
    {
        return format!("549{rest}");
    }
    digits.to_owned()
}

fn keeps_ninth_digit(area: &str) -> bool {
    area.parse::<u8>().is_ok_and(|ddd| (11..=28).contains(&ddd))
}

/// ISO 3166 country of a number, by its calling code; `US` when unknown.
pub(crate) fn country(wa_id: &str) -> &'static str {
    if let Some(national) = wa_id.strip_prefix('1') {
        return nanp_country(national.get(..3).unwrap_or(""));
    }
    calling_code(wa_id).map_or("US", |(_, iso)| *iso)
}

/// Whether a number is a real one of the United States; 555 is nobody's area code and stays free for demonstrations.
pub(crate) fn is_us(wa_id: &str) -> bool {
    wa_id.starts_with('1') && wa_id.len() == 11 && !wa_id[1..].starts_with("555") && country(wa_id) == "US"
}

fn nanp_country(area: &str) -> &'static str {
    match area {
        "204" | "226" | "236" | "249" | "250" | "257" | "263" | "289" | "306" | "343" | "354" | "365"
        | "367" | "368" | "382" | "403" | "416" | "418" | "428" | "431" | "437" | "438" | "450" | "468"
        | "474" | "506" | "514" | "519" | "548" | "579" | "581" | "584" | "587" | "604" | "613" | "639"
        | "647" | "672" | "683" | "705" | "709" | "742" | "753" | "778" | "780" | "782" | "807" | "819"
        | "825" | "867" | "873" | "879" | "902" | "905" => "CA",
        "242" => "BS",
        "246" => "BB",
        "345" => "KY",
        "658" | "876" => "JM",
        "787" | "939" => "PR",
        "809" | "829" | "849" => "DO",
        "868" => "TT",
        _ => "US",
    }
}

/// How the phones page writes a number.
pub(crate) fn display(wa_id: &str) -> String {
    match wa_id.strip_prefix('1') {
        Some(n) if n.len() == 10 => format!("+1 {}-{}-{}", &n[..3], &n[3..6], &n[6..]),
        _ => {
            let code = calling_code(wa_id).map_or(0, |(code, _)| code.len());
            let (code, rest) = wa_id.split_at(code);
            let groups: Vec<&str> =
                (0..rest.len()).step_by(3).filter_map(|i| rest.get(i..(i + 3).min(rest.len()))).collect();
            format!("+{code} {}", groups.join(" "))
        }
    }
}

/// Calling code of a number.
pub(crate) fn dial_code(wa_id: &str) -> &'static str {
    if wa_id.starts_with('1') { "1" } else { calling_code(wa_id).map_or("1", |(code, _)| *code) }
}

/// Calling code and country of a number outside North America.
fn calling_code(wa_id: &str) -> Option<&'static (&'static str, &'static str)> {
    (1..=3)
        .rev()
        .filter_map(|n| wa_id.get(..n))
        .find_map(|prefix| CALLING_CODES.iter().find(|(code, _)| *code == prefix))
}

#[rustfmt::skip]
const CALLING_CODES: &[(&str, &str)] = &[
    ("7", "RU"), ("20", "EG"), ("27", "ZA"), ("30", "GR"), ("31", "NL"), ("32", "BE"), ("33", "FR"), ("34", "ES"),
    ("36", "HU"), ("39", "IT"), ("40", "RO"), ("41", "CH"), ("43", "AT"), ("44", "GB"), ("45", "DK"), ("46", "SE"),
    ("47", "NO"), ("48", "PL"), ("49", "DE"), ("51", "PE"), ("52", "MX"), ("53", "CU"), ("54", "AR"), ("55", "BR"),
    ("56", "CL"), ("57", "CO"), ("58", "VE"), ("60", "MY"), ("61", "AU"), ("62", "ID"), ("63", "PH"), ("64", "NZ"),
    ("65", "SG"), ("66", "TH"), ("81", "JP"), ("82", "KR"), ("84", "VN"), ("86", "CN"), ("90", "TR"), ("91", "IN"),
    ("92", "PK"), ("93", "AF"), ("94", "LK"), ("95", "MM"), ("98", "IR"), ("212", "MA"), ("213", "DZ"),
    ("216", "TN"), ("218", "LY"), ("220", "GM"), ("221", "SN"), ("222", "MR"), ("223", "ML"), ("224", "GN"),
    ("225", "CI"), ("226", "BF"), ("227", "NE"), ("228", "TG"), ("229", "BJ"), ("230", "MU"), ("231", "LR"),
    ("232", "SL"), ("233", "GH"), ("234", "NG"), ("235", "TD"), ("236", "CF"), ("237", "CM"), ("238", "CV"),
    ("240", "GQ"), ("241", "GA"), ("242", "CG"), ("243", "CD"), ("244", "AO"), ("245", "GW"), ("248", "SC"),
    ("249", "SD"), ("250", "RW"), ("251", "ET"), ("252", "SO"), ("253", "DJ"), ("254", "KE"), ("255", "TZ"),
    ("256", "UG"), ("257", "BI"), ("258", "MZ"), ("260", "ZM"), ("261", "MG"), ("263", "ZW"), ("264", "NA"),
    ("265", "MW"), ("266", "LS"), ("267", "BW"), ("268", "SZ"), ("350", "GI"), ("351", "PT"), ("352", "LU"),
    ("353", "IE"), ("354", "IS"), ("355", "AL"), ("356", "MT"), ("357", "CY"), ("358", "FI"), ("359", "BG"),
    ("370", "LT"), ("371", "LV"), ("372", "EE"), ("373", "MD"), ("374", "AM"), ("375", "BY"), ("376", "AD"),
    ("377", "MC"), ("380", "UA"), ("381", "RS"), ("382", "ME"), ("385", "HR"), ("386", "SI"), ("387", "BA"),
    ("389", "MK"), ("420", "CZ"), ("421", "SK"), ("423", "LI"), ("501", "BZ"), ("502", "GT"), ("503", "SV"),
    ("504", "HN"), ("505", "NI"), ("506", "CR"), ("507", "PA"), ("509", "HT"), ("591", "BO"), ("592", "GY"),
    ("593", "EC"), ("595", "PY"), ("597", "SR"), ("598", "UY"), ("673", "BN"), ("675", "PG"), ("679", "FJ"),
    ("852", "HK"), ("853", "MO"), ("855", "KH"), ("856", "LA"), ("880", "BD"), ("886", "TW"), ("960", "MV"),
    ("961", "LB"), ("962", "JO"), ("963", "SY"), ("964", "IQ"), ("965", "KW"), ("966", "SA"), ("967", "YE"),
    ("968", "OM"), ("970", "PS"), ("971", "AE"), ("972", "IL"), ("973", "BH"), ("974", "QA"), ("975", "BT"),
    ("976", "MN"), ("977", "NP"), ("992", "TJ"), ("993", "TM"), ("994", "AZ"), ("995", "GE"), ("996", "KG"),
    ("998", "UZ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_way_of_writing_is_understood() {
        for written in ["+1 (650) 555-1234", "16505551234", "0016505551234", "+1.650.555.1234"] {
            assert_eq!(digits(written).as_deref(), Some("16505551234"), "{written}");
        }
        assert_eq!(digits("US.1349"), None);
        assert_eq!(digits("12345"), None);
    }

    #[test]
    fn national_quirks() {
        assert_eq!(wa_id("5561987654321"), "556187654321");
        assert_eq!(wa_id("5511987654321"), "5511987654321");
        assert_eq!(wa_id("5215512345678"), "525512345678");
        assert_eq!(wa_id("541123456789"), "5491123456789");
        assert_eq!(wa_id("5491123456789"), "5491123456789");
        assert_eq!(wa_id("34600111222"), "34600111222");
    }

    #[test]
    fn countries() {
        assert_eq!(country("34600111222"), "ES");
        assert_eq!(country("14165550100"), "CA");
        assert_eq!(country("16505551234"), "US");
        assert_eq!(country("2348012345678"), "NG");
        assert!(is_us("16505551234"));
        assert!(!is_us("15550200001"));
        assert_eq!(display("34600111222"), "+34 600 111 222");
        assert_eq!(display("15550200001"), "+1 555-020-0001");
    }
}
