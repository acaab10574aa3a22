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

/// A document with the places of those of its values that somebody asks for.
pub(super) struct Source<'s> {
    text: &'s str,
    lines: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK`] bytes: a long line is not counted again and again.
    characters: Vec<usize>,
    places: Places,
}

/// The wanted places as a tree of the pointers' parts, the document's root first. A pointer for every value of the
/// document would take the square of its size.
struct Places(Vec<Place>);

#[derive(Default)]
struct Place {
    below: BTreeMap<String, usize>,
    found: Option<Found>,
}

impl Places {
    fn wanted<'p>(pointers: impl Iterator<Item = &'p str>) -> Self {
        let mut places = vec![Place::default()];
        for pointer in pointers {
            let mut at = 0;
            for part in parts(pointer) {
                let fresh = places.len();
                at = *places[at].below.entry(part).or_insert(fresh);
                if at == fresh {
                    places.push(Place::default());
                }
            }
        }
        Self(places)
    }
}

/// The parts of a pointer, as the document spells them.
fn parts(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
}

impl<'s> Source<'s> {
    /// Reads as far as the text is JSON; what can't be read has no place. Only these pointers can be asked for.
    pub fn new<'p>(text: &'s str, pointers: impl Iterator<Item = &'p str>) -> Self {
        let places = Places::wanted(pointers);
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, depth: 0, places };
        let _ = scan.value(Some(0), None);
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
        let Places(places) = &self.places;
        let mut place = &places[0];
        let mut nearest = place.found.map(|found| (found, true));
        for part in parts(pointer) {
            nearest = nearest.map(|(found, _)| (found, false));
            let Some(below) = place.below.get(&part) else { break };
            place = &places[*below];
            nearest = place.found.map(|found| (found, true)).or(nearest);
        }
        nearest
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
    places: Places,
}

/// `None` anywhere: the text isn't JSON from here on.
impl Scan<'_> {
    /// Reads a value. `place` is where it is wanted, if it or anything in it is.
    fn value(&mut self, place: Option<usize>, key: Option<(usize, usize)>) -> Option<()> {
        self.blank();
        let start = self.at;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        match *self.bytes.get(self.at)? {
            b'{' => self.object(place)?,
            b'[' => self.array(place)?,
            b'"' => self.string()?,
            _ => self.word(),
        }
        self.depth -= 1;
        // Of a key that is there twice, the last counts, as in the parsed value.
        if let Some(place) = place {
            self.places.0[place].found = Some(Found { value: (start, self.at), key });
        }
        Some(())
    }

    fn below(&self, place: Option<usize>, part: &str) -> Option<usize> {
        self.places.0[place?].below.get(part).copied()
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

    fn object(&mut self, place: Option<usize>) -> Option<()> {
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
            self.value(self.below(place, &key), Some(span))?;
            if self.next_is(b'}') {
                return Some(());
            }
            if !self.next_is(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, place: Option<usize>) -> Option<()> {
        self.at += 1;
        if self.next_is(b']') {
            return Some(());
        }
        for i in 0_usize.. {
            let inner = place.and_then(|_| self.below(place, &i.to_string()));
            self.value(inner, None)?;
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
