//! Just enough reading of Rust to tell code from comments, from strings and from tests.

/// A source file taken apart. Line numbers start at 1.
pub struct Source {
    /// The code; comments and the insides of literals are blanks, so that every line keeps its number.
    code: String,
    /// String literals with the line they start on.
    strings: Vec<(usize, String)>,
}

impl Source {
    pub fn read(text: &str) -> Self {
        let mut reader =
            Reader { rest: text, line: 1, source: Self { code: String::new(), strings: Vec::new() } };
        while let Some(first) = reader.rest.chars().next() {
            reader.step(first);
        }
        reader.source
    }

    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    pub fn strings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.strings.iter().map(|(line, text)| (*line, text.as_str()))
    }

    /// The same without items marked `#[cfg(test)]`.
    pub fn without_tests(mut self) -> Self {
        const MARK: &str = "#[cfg(test)]";
        while let Some(start) = self.code.find(MARK) {
            let end = start + MARK.len() + end_of_item(&self.code[start + MARK.len()..]);
            let (first, last) = (line_of(&self.code, start), line_of(&self.code, end));
            self.strings.retain(|(line, _)| !(first..=last).contains(line));
            let blank: String =
                self.code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            self.code.replace_range(start..end, &blank);
        }
        self
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Where the item that starts here ends: at its closing brace, or at a semicolon outside braces.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return index + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return index + 1,
            _ => {}
        }
    }
    code.len()
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    source: Source,
}

impl Reader<'_> {
    fn step(&mut self, first: char) {
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.blank(end);
        } else if self.rest.starts_with("/*") {
            self.blank(block_comment(self.rest));
        } else if let Some((open, close)) = raw_string(self.rest) {
            self.literal(
                open,
                self.rest[open..].find(&close).map_or(self.rest.len(), |at| open + at),
                close.len(),
            );
        } else if first == '"' {
            self.literal(1, quoted(self.rest), 1);
        } else if first == '\'' {
            self.quote();
        } else {
            self.keep(first.len_utf8());
        }
    }

    fn keep(&mut self, bytes: usize) {
        let (kept, rest) = self.rest.split_at(bytes);
        self.line += kept.matches('\n').count();
        self.source.code.push_str(kept);
        // A raw string's prefix inside a name (`bar"`) doesn't occur in Rust, but `r#type` and `for"` must not confuse:
        // names are therefore taken whole.
        let name = |c: char| c.is_alphanumeric() || c == '_';
        self.rest = rest;
        if kept.ends_with(name) {
            let end = self.rest.find(|c: char| !name(c)).unwrap_or(self.rest.len());
            let (kept, rest) = self.rest.split_at(end);
            self.source.code.push_str(kept);
            self.rest = rest;
        }
    }

    fn blank(&mut self, bytes: usize) {
        let (blanked, rest) = self.rest.split_at(bytes);
        self.line += blanked.matches('\n').count();
        self.source.code.extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }

    fn literal(&mut self, start: usize, end: usize, close: usize) {
        let text = self.rest[start.min(end)..end].to_owned();
        self.source.strings.push((self.line, text));
        self.blank((end + close).min(self.rest.len()));
    }

    /// A character literal, or the tick of a lifetime.
    fn quote(&mut self) {
        let mut chars = self.rest.char_indices().skip(1);
        match (chars.next(), chars.next()) {
            (Some((_, '\\')), Some((escaped, _))) => {
                let after = escaped + 1;
                self.blank(self.rest[after..].find('\'').map_or(self.rest.len(), |at| after + at + 1));
            }
            (Some(_), Some((end, '\''))) => self.blank(end + 1),
            _ => self.keep(1),
        }
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"`, `r#"`, `br##"`: the length of the opening and the text that closes it.
fn raw_string(text: &str) -> Option<(usize, String)> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let hashes = text[prefix.len()..].find('"')?;
    Some((prefix.len() + hashes + 1, format!("\"{}", "#".repeat(hashes))))
}

/// Where the string that starts at the first byte ends: the place of its closing quote.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return index,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::read(text).code
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        let source = Source::read("let a = \"now()\"; // now()\n/* now() /* now() */ */ b(r#\"x \" y\"#)");
        assert!(!source.code.contains("now"));
        assert_eq!(source.strings().collect::<Vec<_>>(), [(1, "now()"), (2, "x \" y")]);
        assert_eq!(source.code.lines().count(), 2);
    }

    #[test]
    fn lifetimes_and_characters_do_not_open_strings() {
        assert_eq!(
            code("fn f<'a>(x: &'a str) { '\"'; '\\''; g() }").replace(' ', ""),
            "fnf<'a>(x:&'astr){;;g()}"
        );
        assert_eq!(code("let r#type = 1; for x in y {}"), "let r#type = 1; for x in y {}");
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        let source = Source::read(r#"f("a\"b\\"); g("c")"#);
        assert_eq!(source.strings().map(|(_, text)| text).collect::<Vec<_>>(), [r#"a\"b\\"#, "c"]);
    }

    #[test]
    fn test_modules_are_taken_out_and_the_rest_stays() {
        let source = Source::read("fn a() {}\n#[cfg(test)]\nmod t {\n fn b() { \"s\"; }\n}\nfn c() {}\n")
            .without_tests();
        assert!(
            source.code.contains("fn a") && source.code.contains("fn c") && !source.code.contains("fn b")
        );
        assert_eq!(source.strings().count(), 0);
        assert_eq!(source.lines().find(|(_, line)| line.contains("fn c")).map(|(line, _)| line), Some(6));
    }

    #[test]
    fn a_test_module_in_its_own_file_is_one_line() {
        let source = Source::read("#[cfg(test)]\nmod tests;\nfn a() { b() }").without_tests();
        assert!(source.code.contains("fn a()"));
    }
}
