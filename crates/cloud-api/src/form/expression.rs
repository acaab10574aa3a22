//! Expressions: `` `${form.age} > 18 && ${form.agreed}` `` in a property, and the condition of an `If`.
//!
//! Members that stand beside each other are joined as text. Meta: WhatsApp Flows > Reference > Flow JSON >
//! Nested expressions, and > Components > If.

use super::reference::Type;

/// Brackets and signs deeper than this are refused; no form needs them, and a stack isn't endless.
const DEPTH_MAX: usize = 32;

/// What is wrong with an expression, for a person.
#[derive(Debug, PartialEq)]
pub(super) struct Fault(pub String);

/// What an expression is, as far as it can be known without a phone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Meaning {
    pub kind: Type,
    /// It contains a reference.
    pub dynamic: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Reference(&'a str),
    Text,
    Number,
    Bool,
    Sign(&'static str),
}

/// Longest first, so that `<=` isn't read as `<`.
const SIGNS: &[&str] =
    &["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")"];

/// A text in backticks, without them. `None` when it isn't one, an error when only one side has its backtick.
pub(super) fn quoted(text: &str) -> Option<Result<&str, Fault>> {
    let inner = text.trim().strip_prefix('`')?;
    Some(match inner.strip_suffix('`') {
        Some(inner) if !inner.ends_with('\\') => Ok(inner),
        _ => Err(Fault("An expression must end with a backtick, as it began.".into())),
    })
}

/// Reads an expression. `type_of` knows the types of references.
pub(super) fn parse(text: &str, type_of: &dyn Fn(&str) -> Type) -> Result<Meaning, Fault> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(Fault("An expression must not be empty.".into()));
    }
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, type_of };
    let meaning = parser.either()?;
    match parser.peek() {
        None => Ok(meaning),
        Some(Token::Sign(")")) => Err(Fault("A closing parenthesis has no opening one.".into())),
        Some(_) => Err(Fault("An operator is missing between two members of an expression.".into())),
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = token(rest, first)?;
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn token(rest: &str, first: char) -> Result<(Token<'_>, &str), Fault> {
    if let Some(inner) = rest.strip_prefix("${") {
        let Some((inner, after)) = inner.split_once('}') else {
            return Err(Fault("A reference isn't closed: } is missing.".into()));
        };
        return Ok((Token::Reference(inner), after));
    }
    if matches!(first, '\'' | '"') {
        return quoted_text(rest, first);
    }
    if first.is_ascii_digit() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        if number.parse::<f64>().is_err() {
            return Err(Fault("A number in an expression isn't one.".into()));
        }
        return Ok((Token::Number, after));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Token::Sign(sign), &rest[sign.len()..]));
    }
    for word in ["true", "false"] {
        if let Some(after) = rest.strip_prefix(word)
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            return Ok((Token::Bool, after));
        }
    }
    Err(Fault("An expression has a character or a word that has no meaning there.".into()))
}

fn quoted_text(rest: &str, quote: char) -> Result<(Token<'_>, &str), Fault> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Ok((Token::Text, &rest[at + 1..]));
        }
    }
    Err(Fault("A closing quote is missing in an expression.".into()))
}

struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    depth: usize,
    type_of: &'t dyn Fn(&str) -> Type,
}

impl Parser<'_, '_> {
    fn peek(&self) -> Option<&Token<'_>> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Sign(sign)) = self.tokens.get(self.at) else { return None };
        let sign = *sign;
        signs.contains(&sign).then(|| {
            self.at += 1;
            sign
        })
    }

    fn either(&mut self) -> Result<Meaning, Fault> {
        let mut left = self.both()?;
        while let Some(sign) = self.take(&["||"]) {
            let right = self.both()?;
            left = logical(left, sign, right)?;
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Meaning, Fault> {
        let mut left = self.compared()?;
        while let Some(sign) = self.take(&["&&"]) {
            let right = self.compared()?;
            left = logical(left, sign, right)?;
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Meaning, Fault> {
        let mut left = self.joined()?;
        while let Some(sign) = self.take(&["==", "!=", "<", "<=", ">", ">="]) {
            let right = self.joined()?;
            left = comparison(left, sign, right)?;
        }
        Ok(left)
    }

    fn joined(&mut self) -> Result<Meaning, Fault> {
        let mut left = self.sum()?;
        while self.peek().is_some_and(|token| !matches!(token, Token::Sign(sign) if *sign != "(")) {
            let right = self.sum()?;
            left = Meaning { kind: Type::Text, dynamic: left.dynamic || right.dynamic };
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Meaning, Fault> {
        let mut left = self.member()?;
        while self.take(&["+", "-", "*", "/", "%"]).is_some() {
            let right = self.member()?;
            let kind = match (left.kind, right.kind) {
                (Type::Number, Type::Number) => Type::Number,
                _ => Type::Unknown,
            };
            left = Meaning { kind, dynamic: left.dynamic || right.dynamic };
        }
        Ok(left)
    }

    fn member(&mut self) -> Result<Meaning, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault("An expression is nested too deeply.".into()));
        }
        let meaning = self.member_inside();
        self.depth -= 1;
        meaning
    }

    fn member_inside(&mut self) -> Result<Meaning, Fault> {
        if self.take(&["!"]).is_some() {
            let inner = self.member()?;
            expect(inner, Type::Bool, "!")?;
            return Ok(Meaning { kind: Type::Bool, ..inner });
        }
        if self.take(&["-"]).is_some() {
            let inner = self.member()?;
            return Ok(Meaning { kind: Type::Number, ..inner });
        }
        if self.take(&["("]).is_some() {
            if self.peek() == Some(&Token::Sign(")")) {
                return Err(Fault("Parentheses in an expression must not be empty.".into()));
            }
            let inner = self.either()?;
            if self.take(&[")"]).is_none() {
                return Err(Fault("A closing parenthesis is missing in an expression.".into()));
            }
            return Ok(inner);
        }
        let fixed = |kind| Meaning { kind, dynamic: false };
        let meaning = match self.tokens.get(self.at) {
            Some(Token::Reference(inner)) => Meaning { kind: (self.type_of)(inner), dynamic: true },
            Some(Token::Text) => fixed(Type::Text),
            Some(Token::Number) => fixed(Type::Number),
            Some(Token::Bool) => fixed(Type::Bool),
            Some(Token::Sign(sign)) => {
                return Err(Fault(format!("The operator {sign} has no member on one side.")));
            }
            None => return Err(Fault("An expression ends where a member is missing.".into())),
        };
        self.at += 1;
        Ok(meaning)
    }
}

fn logical(left: Meaning, sign: &str, right: Meaning) -> Result<Meaning, Fault> {
    expect(left, Type::Bool, sign)?;
    expect(right, Type::Bool, sign)?;
    Ok(Meaning { kind: Type::Bool, dynamic: left.dynamic || right.dynamic })
}

fn comparison(left: Meaning, sign: &str, right: Meaning) -> Result<Meaning, Fault> {
    if !matches!(sign, "==" | "!=") {
        expect(left, Type::Number, sign)?;
        expect(right, Type::Number, sign)?;
    } else if left.kind != Type::Unknown && right.kind != Type::Unknown && left.kind != right.kind {
        let (left, right) = (left.kind.name(), right.kind.name());
        return Err(Fault(format!("The operator {sign} compares a {left} with a {right}.")));
    }
    if !left.dynamic && !right.dynamic {
        return Err(Fault(format!("The operator {sign} must not have fixed values on both sides.")));
    }
    Ok(Meaning { kind: Type::Bool, dynamic: true })
}

fn expect(member: Meaning, wanted: Type, sign: &str) -> Result<(), Fault> {
    if member.kind == Type::Unknown || member.kind == wanted {
        return Ok(());
    }
    let (wanted, found) = (wanted.name(), member.kind.name());
    Err(Fault(format!("The operator {sign} takes a {wanted}, not a {found}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Meaning, Fault> {
        parse(text, &|inner| if inner == "data.flag" { Type::Bool } else { Type::Unknown })
    }

    #[test]
    fn what_meta_documents_is_read() {
        for text in [
            "${form.opt_in} || (${data.num_value} > 5)",
            "!${data.flag}",
            "!(${form.a} || ${data.flag})",
            "${form.first} != ''",
            "'Hello ' ${form.first_name}",
            "${form.first_name} ' you are ' ${form.age} ' years old.' ",
            "'either ' (2024 - ${form.age}) ' or ' (2023 - ${form.age})",
            "'The amount per person is: ' ${data.total} / ${form.group_size}",
            "${data.price} * 1.5 % 7 >= -3",
            r"'It\'s Ana\\`s'",
        ] {
            assert!(read(text).is_ok(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "",
            " ",
            "( )",
            "573 == 376",
            "))${data.v}((",
            "(${data.v}",
            "'open",
            "${data.v",
            "${data.v} ==",
            "== 5",
            "${data.flag} > 5",
            "${data.flag} == 'yes'",
            "${data.v} && 'text'",
            "${data.v} = 5",
            "1.2.3 + ${data.v}",
            "${form.a} ; 5",
            "word",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"(".repeat(100_000)).is_err());
        assert!(read(&"!".repeat(100_000)).is_err());
    }
}
