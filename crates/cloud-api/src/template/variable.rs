//! Variables in a template's texts: `{{1}}` or `{{first_name}}`. Meta: Templates > Parameter formats.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// A variable, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// What it is called.
    pub name: VariableName,
    /// Its place in the text with its braces, in bytes.
    pub place: Range<usize>,
}

/// What a variable is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum VariableName {
    /// `{{1}}`: the first value, and so on.
    Position(u32),
    /// `{{first_name}}`: lower-case letters, digits and underscores, no digit first.
    Name(String),
}

impl fmt::Display for VariableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => position.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The variables of a text, in the order they stand; one that is repeated is there repeatedly.
///
/// ```
/// use cloud_api::template::{VariableName, variables};
///
/// let found = variables("Hi {{1}}, your code is {{code}}. {{Not one}}");
/// assert_eq!(found[0].name, VariableName::Position(1));
/// assert_eq!(found[1].name, VariableName::Name("code".into()));
/// assert_eq!(found[0].place, 3..8);
/// assert_eq!(found.len(), 2);
/// ```
pub fn variables(text: &str) -> Vec<Variable> {
    scan(text).variables
}

/// What the braces of a text are.
pub(super) struct Scan {
    pub variables: Vec<Variable>,
    /// There are braces that aren't a variable's.
    pub broken: bool,
}

pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan { variables: Vec::new(), broken: false };
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['{', '}'])) {
        let start = at + found;
        at = match variable(text, start) {
            Some(variable) => {
                let end = variable.place.end;
                scan.variables.push(variable);
                end
            }
            None => {
                scan.broken = true;
                start + 1
            }
        };
    }
    scan
}

fn variable(text: &str, start: usize) -> Option<Variable> {
    let inner = text.get(start..)?.strip_prefix("{{")?;
    // A name has no braces, so the first one ends the search: no text takes longer than its length.
    let length = inner.find(['{', '}'])?;
    let (name, rest) = inner.split_at(length);
    if !rest.starts_with("}}") {
        return None;
    }
    let name = self::name(name)?;
    Some(Variable { name, place: start..start + 2 + length + 2 })
}

fn name(text: &str) -> Option<VariableName> {
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        let plain = first != '0' && text.bytes().all(|b| b.is_ascii_digit());
        return if plain { text.parse().ok().map(VariableName::Position) } else { None };
    }
    let fine = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    fine.then(|| VariableName::Name(text.to_owned()))
}

/// The names, each once, in the order of the values: numbers by size, names as they first appear.
pub(super) fn distinct(variables: &[Variable]) -> Vec<VariableName> {
    let mut names: Vec<VariableName> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for variable in variables {
        if seen.insert(&variable.name) {
            names.push(variable.name.clone());
        }
    }
    if names.iter().all(|name| matches!(name, VariableName::Position(_))) {
        names.sort();
    }
    names
}

/// The text with values in place of variables; a variable without a value stays as it is.
pub(super) fn fill(text: &str, value: impl Fn(&VariableName) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Variable { name, place } in variables(text) {
        out.push_str(&text[from..place.start]);
        match value(&name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&text[place.clone()]),
        }
        from = place.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Words that are no variables. In scripts without spaces between words every character counts as one.
pub(super) fn words(text: &str, variables: &[Variable]) -> usize {
    let mut count = 0;
    let mut from = 0;
    for variable in variables {
        count += plain_words(&text[from..variable.place.start]);
        from = variable.place.end;
    }
    count + plain_words(&text[from..])
}

fn plain_words(text: &str) -> usize {
    let mut count = 0;
    for token in text.split_whitespace() {
        let unspaced = token.chars().filter(|&c| without_spaces(c)).count();
        let spaced = token.chars().any(|c| c.is_alphanumeric() && !without_spaces(c));
        count += unspaced + usize::from(spaced);
    }
    count
}

/// Thai, Lao, Burmese, Khmer, Kana and Han: scripts that don't part words with spaces.
fn without_spaces(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0EDF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17B3}'
        | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
