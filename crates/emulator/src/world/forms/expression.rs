//! Expressions of form JSON, evaluated as a phone does: `` `${form.age} > 18 && ${data.open}` ``. Their grammar is
//! judged elsewhere (`cloud_api::form`); here a broken one simply has no value.

use std::cmp::Ordering;

use serde_json::{Value, json};

/// Deeper nesting than any accepted form has.
const DEPTH_MAX: usize = 32;

/// Longest first, so that `<=` isn't read as `<`.
const SIGNS: [&str; 16] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")"];

enum Token {
    Value(Value),
    Sign(&'static str),
}

/// The value of an expression without its backticks; `None` when it is broken, or needs a reference whose value isn't
/// known.
pub(crate) fn evaluate(text: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let tokens = tokens(text, lookup)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let value = parser.either()?;
    (parser.at == tokens.len()).then_some(value)
}

fn tokens(text: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = token(rest, first, lookup)?;
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

fn token<'a>(rest: &'a str, first: char, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<(Token, &'a str)> {
    if let Some(inner) = rest.strip_prefix("${") {
        let (inner, after) = inner.split_once('}')?;
        return Some((Token::Value(lookup(inner.trim())?), after));
    }
    if matches!(first, '\'' | '"') {
        return quoted(rest, first);
    }
    if first.is_ascii_digit() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = rest[..end].parse::<f64>().ok()?;
        return Some((Token::Value(number_value(number)), &rest[end..]));
    }
    for (word, truth) in [("true", true), ("false", false)] {
        if let Some(after) = rest.strip_prefix(word) {
            return Some((Token::Value(Value::Bool(truth)), after));
        }
    }
    let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
    Some((Token::Sign(sign), &rest[sign.len()..]))
}

fn quoted(rest: &str, quote: char) -> Option<(Token, &str)> {
    let (mut text, mut escaped) = (String::new(), false);
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            text.push(c);
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some((Token::Value(Value::from(text)), &rest[at + 1..]));
        } else {
            text.push(c);
        }
    }
    None
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn take(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Sign(sign)) = self.tokens.get(self.at) else { return None };
        signs.contains(sign).then(|| {
            self.at += 1;
            *sign
        })
    }

    fn either(&mut self) -> Option<Value> {
        let mut left = self.both()?;
        while self.take(&["||"]).is_some() {
            let right = self.both()?;
            left = Value::Bool(truth(&left) || truth(&right));
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Value> {
        let mut left = self.compared()?;
        while self.take(&["&&"]).is_some() {
            let right = self.compared()?;
            left = Value::Bool(truth(&left) && truth(&right));
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Value> {
        let mut left = self.joined()?;
        while let Some(sign) = self.take(&["==", "!=", "<", "<=", ">", ">="]) {
            let right = self.joined()?;
            left = Value::Bool(compare(&left, sign, &right));
        }
        Some(left)
    }

    /// Values side by side are one text.
    fn joined(&mut self) -> Option<Value> {
        let mut left = self.sum()?;
        while matches!(self.tokens.get(self.at), Some(Token::Value(_) | Token::Sign("("))) {
            let right = self.sum()?;
            left = Value::from(text(&left) + &text(&right));
        }
        Some(left)
    }

    fn sum(&mut self) -> Option<Value> {
        let mut left = self.product()?;
        while let Some(sign) = self.take(&["+", "-"]) {
            let right = self.product()?;
            left = arithmetic(&left, sign, &right)?;
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Value> {
        let mut left = self.member()?;
        while let Some(sign) = self.take(&["*", "/", "%"]) {
            let right = self.member()?;
            left = arithmetic(&left, sign, &right)?;
        }
        Some(left)
    }

    fn member(&mut self) -> Option<Value> {
        self.depth += 1;
        let value = if self.depth > DEPTH_MAX { None } else { self.member_inside() };
        self.depth -= 1;
        value
    }

    fn member_inside(&mut self) -> Option<Value> {
        match self.take(&["!", "-", "("]) {
            Some("!") => return Some(Value::Bool(!truth(&self.member()?))),
            Some("-") => return arithmetic(&json!(0), "-", &self.member()?),
            Some(_) => {
                let inner = self.either()?;
                return self.take(&[")"]).map(|_| inner);
            }
            None => {}
        }
        let Some(Token::Value(value)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        Some(value.clone())
    }
}

/// Whether a condition holds.
pub(crate) fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Null => false,
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// A value within a text.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What people type are texts, also when they are numbers.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn number_value(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

fn arithmetic(left: &Value, sign: &str, right: &Value) -> Option<Value> {
    let (Some(left), Some(right)) = (number(left), number(right)) else { return None };
    let result = match sign {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    };
    result.is_finite().then(|| number_value(result))
}

fn compare(left: &Value, sign: &str, right: &Value) -> bool {
    let numbers = match (left, right) {
        (Value::String(_), Value::String(_)) if matches!(sign, "==" | "!=") => None,
        _ => number(left).zip(number(right)),
    };
    let order = numbers.and_then(|(left, right)| left.partial_cmp(&right));
    match (sign, order) {
        ("==", Some(order)) => order == Ordering::Equal,
        ("!=", Some(order)) => order != Ordering::Equal,
        ("==", None) => text(left) == text(right),
        ("!=", None) => text(left) != text(right),
        ("<", Some(order)) => order == Ordering::Less,
        ("<=", Some(order)) => order != Ordering::Greater,
        (">", Some(order)) => order == Ordering::Greater,
        (_, Some(order)) => order != Ordering::Less,
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<Value> {
        evaluate(text, &|name| match name {
            "form.age" => Some(json!("42")),
            "form.name" => Some(json!("Ana")),
            "data.open" => Some(json!(true)),
            "data.total" => Some(json!(30)),
            _ => None,
        })
    }

    #[test]
    fn conditions_texts_and_sums() {
        for (text, wanted) in [
            ("${form.age} > 18 && ${data.open}", json!(true)),
            ("!(${data.open}) || ${form.name} == 'Ana'", json!(true)),
            ("${form.age} != 42", json!(false)),
            ("'Hello ' ${form.name} ', ' ${form.age}", json!("Hello Ana, 42")),
            ("(2026 - ${form.age}) ' or so'", json!("1984 or so")),
            ("2 + ${data.total} / 4", json!(9.5)),
            ("-${data.total} % 7", json!(-2)),
            (r"'It\'s ' ${form.name}", json!("It's Ana")),
        ] {
            assert_eq!(value(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_broken_or_unknown_has_no_value() {
        for text in ["${data.absent} == 1", "1 +", "(1", "'open", "word", "1 / 0", "", &"(".repeat(9_000)] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
