//! Lists, which Graph gives out in pages. Meta: Graph API > Results > Paging.

use std::collections::{HashSet, VecDeque};
use std::marker::PhantomData;

use futures_util::stream::{Stream, unfold};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Client;
use crate::error::Error;

/// No list of Meta's has more pages; an answer without end is a fault.
const PAGES_MAX: usize = 10_000;

/// A list that hasn't been asked for yet: say how much of it, then take a page, all of it, or a stream.
///
/// ```no_run
/// # async fn show(client: &cloud_api::client::Client) -> Result<(), cloud_api::error::Error> {
/// let first = client.phone_numbers("102290129340398").limit(10).page().await?;
/// let all = client.phone_numbers("102290129340398").all().await?;
///
/// // One after the other: a page is asked for when the one before is used up.
/// use futures_util::StreamExt;
/// let mut numbers = client.phone_numbers("102290129340398").fields(&["id", "verified_name"]).stream();
/// while let Some(number) = numbers.next().await {
///     println!("{}", number?.verified_name.unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
#[must_use = "a list is asked for by page(), all() or stream()"]
pub struct Listing<T> {
    client: Client,
    operation: &'static str,
    path: Vec<String>,
    query: Vec<(String, String)>,
    limit: Option<usize>,
    after: Option<String>,
    before: Option<String>,
    /// Where in `data` the list is, for edges that wrap it.
    within: Option<&'static str>,
    /// What wraps each item, where something does.
    wrapper: Option<&'static str>,
    pages_max: usize,
    item: PhantomData<fn() -> T>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// Give this to [`Listing::after`] to get the next page; `None` on the last.
    pub next: Option<String>,
    /// Give this to [`Listing::before`] to get the page before; `None` on the first.
    pub previous: Option<String>,
    /// Everything else the answer said, e.g. `summary`.
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Value,
    paging: Option<Paging>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
    previous: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    before: Option<String>,
    after: Option<String>,
}

impl<T: DeserializeOwned> Listing<T> {
    pub(super) fn new(client: Client, operation: &'static str, path: &[&str]) -> Self {
        let path = path.iter().map(|&segment| segment.to_owned()).collect();
        let (query, pages_max) = (Vec::new(), PAGES_MAX);
        let (limit, after, before, within, wrapper) = (None, None, None, None, None);
        Self {
            client,
            operation,
            path,
            query,
            limit,
            after,
            before,
            within,
            wrapper,
            pages_max,
            item: PhantomData,
        }
    }

    /// The list is the field `key` of `data`.
    pub(super) fn within(self, key: &'static str) -> Self {
        Self { within: Some(key), ..self }
    }

    /// Items may be the field `key` of what stands in the list.
    pub(super) fn unwrapping(self, key: &'static str) -> Self {
        Self { wrapper: Some(key), ..self }
    }

    /// So many items on a page. Meta gives 25 when not told, and has a maximum for each list.
    pub fn limit(self, items: u32) -> Self {
        let limit = usize::try_from(items).ok();
        Self { limit, ..self.with("limit", items.to_string()) }
    }

    /// Begins after the page that gave this cursor.
    pub fn after(self, cursor: impl Into<String>) -> Self {
        Self { after: Some(cursor.into()), before: None, ..self }
    }

    /// Only the page before the one that gave this cursor.
    pub fn before(self, cursor: impl Into<String>) -> Self {
        Self { before: Some(cursor.into()), after: None, ..self }
    }

    /// Only these fields of each item, e.g. `["id", "status"]`.
    pub fn fields(self, fields: &[&str]) -> Self {
        self.with("fields", fields.join(","))
    }

    /// Any other parameter of the query. Giving one again replaces it.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.query.retain(|(known, _)| known != key);
        self.query.push((key.to_owned(), value.into()));
        self
    }

    /// Takes a longer list for a fault; 10,000 pages when not told.
    pub fn pages_at_most(self, pages: usize) -> Self {
        Self { pages_max: pages, ..self }
    }

    /// One page.
    ///
    /// # Errors
    /// As every call; code 131059 for a cursor that isn't valid any more.
    pub async fn page(&self) -> Result<Page<T>, Error> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let mut call = self.client.get(self.operation, &path);
        for (key, value) in &self.query {
            call = call.query(key, value);
        }
        call = call.query_some("after", self.after.as_deref());
        let answer: Answer = call.query_some("before", self.before.as_deref()).read().await?;
        self.understand(answer)
    }

    /// All items from here on.
    ///
    /// # Errors
    /// As [`Listing::page`]; [`Error::Decode`] for a list without end.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let mut walk = Walk::new(self);
        let mut all = Vec::new();
        while let Some(page) = walk.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// All items from here on, one by one; the next page is asked for when the last is used up. Ends after the first
    /// error.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt as _;
    ///
    /// # async fn show(client: &cloud_api::client::Client) -> Result<(), cloud_api::error::Error> {
    /// let mut numbers = client.phone_numbers("102290129340398").stream();
    /// while let Some(number) = numbers.try_next().await? {
    ///     println!("{}", number.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn stream(self) -> impl Stream<Item = Result<T, Error>> + Send + Unpin + use<T>
    where
        T: Send + 'static,
    {
        let start = (Walk::new(self), VecDeque::new());
        Box::pin(unfold(start, |(mut walk, mut items)| async move {
            loop {
                if let Some(item) = items.pop_front() {
                    return Some((Ok(item), (walk, items)));
                }
                match walk.next().await {
                    Ok(page) => items.extend(page?),
                    Err(error) => return Some((Err(error), (walk.ended(), items))),
                }
            }
        }))
    }

    fn understand(&self, answer: Answer) -> Result<Page<T>, Error> {
        let Answer { data, paging, extra } = answer;
        let data = match (self.within, data) {
            (Some(key), Value::Object(mut data)) => data.remove(key).unwrap_or(Value::Null),
            (_, data) => data,
        };
        let data = match (self.wrapper, data) {
            (Some(key), Value::Array(items)) => items.into_iter().map(|item| unwrap(item, key)).collect(),
            (_, data) => data,
        };
        let data: Vec<T> = match data {
            Value::Null => Vec::new(),
            data => serde_json::from_value(data)
                .map_err(|error| Error::Decode(format!("{}: {error}", self.operation)))?,
        };
        let full = self.limit.is_some_and(|limit| limit > 0 && data.len() >= limit);
        let (next, previous) = paging.map(|paging| paging.cursors(full)).unwrap_or_default();
        Ok(Page { data, next, previous, extra })
    }
}

impl Paging {
    /// The cursors are there on the first and the last page too; only `next` and `previous` say that there is more. Those
    /// URLs aren't followed, as they may carry the token. A few edges (groups, blocks) are documented without `next`: after
    /// a full page of theirs, looking costs one call, and not looking could lose the rest.
    fn cursors(self, full: bool) -> (Option<String>, Option<String>) {
        let (before, after) = self.cursors.map_or((None, None), |cursors| (cursors.before, cursors.after));
        let next = match self.next {
            Some(url) => after.or_else(|| parameter(&url, "after")),
            None => after.filter(|_| full),
        };
        let previous = self.previous.and_then(|url| before.or_else(|| parameter(&url, "before")));
        (next, previous)
    }
}

fn unwrap(mut item: Value, key: &str) -> Value {
    item.get_mut(key).filter(|inner| inner.is_object()).map(Value::take).unwrap_or(item)
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The way through a list's pages.
struct Walk<T> {
    listing: Option<Listing<T>>,
    pages: usize,
    /// The cursors followed so far.
    followed: HashSet<String>,
}

impl<T: DeserializeOwned> Walk<T> {
    fn new(listing: Listing<T>) -> Self {
        let followed = listing.after.iter().cloned().collect();
        Self { listing: Some(listing), pages: 0, followed }
    }

    fn ended(self) -> Self {
        Self { listing: None, ..self }
    }

    async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        let Some(listing) = &self.listing else { return Ok(None) };
        if self.pages == listing.pages_max {
            return Err(Error::Decode(format!("{}: the list has no end", listing.operation)));
        }
        let page = listing.page().await?;
        self.pages += 1;
        if page.next.as_ref().is_some_and(|next| !self.followed.insert(next.clone())) {
            return Err(Error::Decode(format!("{}: the list goes in a circle", listing.operation)));
        }
        // A page asked for by the cursor behind it has no other page after it that wasn't seen.
        let ends = listing.before.is_some();
        self.listing = self.listing.take().and_then(|listing| {
            let next = page.next.filter(|_| !ends)?;
            Some(listing.after(next))
        });
        Ok(Some(page.data))
    }
}
