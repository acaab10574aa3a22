//! Pages of lists, by keyset: a page says where it ended, not how many came before.

/// Some rows and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub data: Vec<T>,
    /// Hand this back as `after` to go on; `None` at the end.
    pub next: Option<String>,
}

/// How much of a list is wanted, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows wanted, 1 to [`PageRequest::MAX`].
    pub limit: usize,
    /// The cursor of the page before.
    pub after: Option<String>,
}

impl PageRequest {
    /// The most rows that one page holds.
    pub const MAX: usize = 200;

    /// A request for `limit` rows, held within 1 and [`PageRequest::MAX`].
    pub fn new(limit: Option<usize>, after: Option<String>) -> Self {
        Self { limit: limit.unwrap_or(50).clamp(1, Self::MAX), after }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl<T> Page<T> {
    /// Makes a page out of up to `limit + 1` rows: the surplus row only tells that there is more.
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { data: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surplus_row_becomes_a_cursor() {
        let page = Page::cut(vec![1, 2, 3], 2, |n| n.to_string());
        assert_eq!((page.data, page.next), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(Page::cut(vec![1, 2], 2, |n| n.to_string()).next, None);
    }
}
