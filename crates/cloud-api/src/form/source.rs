//! Where in the text of a JSON document each value and each key stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A piece of text by lines and columns, as Meta counts: from one, ends included, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Span {
    /// Line of the first character.
    pub line_start: u64,
    /// Line of the last character.
    pub line_end: u64,
    /// Column of the first character.
    pub column_start: u64,
    /// Column of the last character.
    pub column_end: u64,
}

/// Byte ranges of a value and of its key.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub value: (usize, usize),
    /// The key with its quotes, for a field of an object.
    pub key: Option<(usize, usize)>,
}

/// A document with the places of all its values, by JSON pointer.
pub(super) struct Source<'s> {
    text: &'s str,
    lines: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK`] bytes: a long line is not counted again and again.
    characters: Vec<usize>,
    places: BTreeMap<String, Found>,
}

impl<'s> Source<'s> {
    /// Reads as far as the text is JSON; what can't be read has no place.
    pub fn new(text: &'s str) -> Self {
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, depth: 0, places: BTreeMap::new() };
        let _ = scan.value(String::new(), None);
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut characters = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            count += beginnings(block);
            characters.push(count);
        }
        Self { text, lines, characters, places: scan.places }
    }

    /// The value at a pointer, or what is nearest around it.
    pub fn nearest(&self, pointer: &str) -> Option<(Found, bool)> {
        let mut pointer = pointer;
        let mut exact = true;
        loop {
            if let Some(found) = self.places.get(pointer) {
                return Some((*found, exact));
            }
            exact = false;
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    pub fn text(&self, (start, end): (usize, usize)) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub fn span(&self, (start, end): (usize, usize)) -> Span {
        let (line_start, column_start) = self.position(start);
        let (line_end, column_end) = self.position(end.saturating_sub(1).max(start));
        Span { line_start, line_end, column_start, column_end }
    }

    fn position(&self, at: usize) -> (u64, u64) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let before = self.characters_before(at).saturating_sub(self.characters_before(self.lines[line - 1]));
        (number(line), number(before + 1))
    }

    fn characters_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..at).map_or(0, beginnings);
        self.characters.get(block).copied().unwrap_or_default() + rest
    }
}

const BLOCK: usize = 256;

/// How many characters begin in these bytes of UTF-8.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// As deep as serde_json reads.
const DEPTH_MAX: usize = 128;

struct Scan<'s> {
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    places: BTreeMap<String, Found>,
}

/// `None` anywhere: the text isn't JSON from here on.
impl Scan<'_> {
    fn value(&mut self, pointer: String, key: Option<(usize, usize)>) -> Option<()> {
        self.blank();
        let start = self.at;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        match *self.bytes.get(self.at)? {
            b'{' => self.object(&pointer)?,
            b'[' => self.array(&pointer)?,
            b'"' => self.string()?,
            _ => self.word(),
        }
        self.depth -= 1;
        // Of a key that is there twice, the last counts, as in the parsed value.
        self.places.insert(pointer, Found { value: (start, self.at), key });
        Some(())
    }

    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn next_is(&mut self, byte: u8) -> bool {
        self.blank();
        let here = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(here);
        here
    }

    fn object(&mut self, pointer: &str) -> Option<()> {
        self.at += 1;
        if self.next_is(b'}') {
            return Some(());
        }
        loop {
            self.blank();
            let start = self.at;
            self.string()?;
            let span = (start, self.at);
            let key: String = serde_json::from_slice(self.bytes.get(start..self.at)?).ok()?;
            if !self.next_is(b':') {
                return None;
            }
            let key = key.replace('~', "~0").replace('/', "~1");
            self.value(format!("{pointer}/{key}"), Some(span))?;
            if self.next_is(b'}') {
                return Some(());
            }
            if !self.next_is(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, pointer: &str) -> Option<()> {
        self.at += 1;
        if self.next_is(b']') {
            return Some(());
        }
        for i in 0_usize.. {
            self.value(format!("{pointer}/{i}"), None)?;
            if self.next_is(b']') {
                return Some(());
            }
            if !self.next_is(b',') {
                return None;
            }
        }
        None
    }

    fn string(&mut self) -> Option<()> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn word(&mut self) {
        while self.bytes.get(self.at).is_some_and(|b| !b" \t\r\n,]}:".contains(b)) {
            self.at += 1;
        }
    }
}
