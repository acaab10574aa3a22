//! The shapes of numbers and texts that the rules of several rooms ask for.

use serde_json::Value;

use crate::judge::{Findings, Node, param};
use crate::violation::{Rule, Violation};

/// A whole number; `4320.0` is one too, since some languages write it so.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let float = value.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and far inside i64, as just checked")]
    (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
}

impl Findings {
    /// A whole number within bounds that may be absent.
    pub(crate) fn may_have_whole(&mut self, node: &Node<'_>, key: &str, [min, max]: [i64; 2]) -> Option<i64> {
        let value = node.get(key)?;
        let pointer = node.at(key);
        let Some(number) = whole(value) else {
            self.wrong_type(pointer, "a whole number");
            return None;
        };
        if number < min || number > max {
            let limit = if number > max { max } else { min };
            let message = format!("Param {} must be between {min} and {max}.", param(&pointer));
            let [limit, given] = [limit, number].map(|n| u64::try_from(n).ok());
            self.0.push(Violation { pointer, rule: Rule::Value, limit, given, message });
        }
        Some(number)
    }
}

/// `YYYY-MM-DD`, with a month and a day that there are. Whether that month has that day is for Meta to say.
pub(crate) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, max: u8| part.parse().is_ok_and(|number: u8| (1..=max).contains(&number));
    digits(year, 4) && digits(month, 2) && digits(day, 2) && within(month, 12) && within(day, 31)
}

/// A character that Unicode counts among the emoji, or one of the marks that make the one before it so. Signs of text
/// that it counts, too, such as ©, ™, ↔ and digits, are text; so are ✓ and ★, which it doesn't count.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1F000}'..='\u{1FAFF}' | '\u{FE0F}' | '\u{20E3}' | '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23F3}'
        | '\u{23F8}'..='\u{23FA}' | '\u{25FB}'..='\u{25FE}' | '\u{2600}'..='\u{2604}' | '\u{260E}' | '\u{2611}'
        | '\u{2614}'..='\u{2615}' | '\u{2618}' | '\u{261D}' | '\u{2620}' | '\u{2622}'..='\u{2623}' | '\u{2626}'
        | '\u{262A}' | '\u{262E}'..='\u{262F}' | '\u{2638}'..='\u{263A}' | '\u{2640}' | '\u{2642}'
        | '\u{2648}'..='\u{2653}' | '\u{265F}'..='\u{2660}' | '\u{2663}' | '\u{2665}'..='\u{2666}' | '\u{2668}'
        | '\u{267B}' | '\u{267E}'..='\u{267F}' | '\u{2692}'..='\u{2697}' | '\u{2699}' | '\u{269B}'..='\u{269C}'
        | '\u{26A0}'..='\u{26A1}' | '\u{26A7}' | '\u{26AA}'..='\u{26AB}' | '\u{26B0}'..='\u{26B1}'
        | '\u{26BD}'..='\u{26BE}' | '\u{26C4}'..='\u{26C5}' | '\u{26C8}' | '\u{26CE}'..='\u{26CF}' | '\u{26D1}'
        | '\u{26D3}'..='\u{26D4}' | '\u{26E9}'..='\u{26EA}' | '\u{26F0}'..='\u{26F5}' | '\u{26F7}'..='\u{26FA}'
        | '\u{26FD}' | '\u{2702}' | '\u{2705}' | '\u{2708}'..='\u{270D}' | '\u{270F}' | '\u{2712}' | '\u{2714}'
        | '\u{2716}' | '\u{271D}' | '\u{2721}' | '\u{2728}' | '\u{2733}'..='\u{2734}' | '\u{2744}' | '\u{2747}'
        | '\u{274C}' | '\u{274E}' | '\u{2753}'..='\u{2755}' | '\u{2757}' | '\u{2763}'..='\u{2764}'
        | '\u{2795}'..='\u{2797}' | '\u{27A1}' | '\u{27B0}' | '\u{27BF}' | '\u{2B05}'..='\u{2B07}'
        | '\u{2B1B}'..='\u{2B1C}' | '\u{2B50}' | '\u{2B55}' | '\u{3297}' | '\u{3299}')
}
