//! Wake-ups: hints that there is something to do. Losing one costs time, never work (invariant I6).
//!
//! Within a process they are immediate. To other processes one task, the courier, carries what came together since the
//! last time, so that a busy node costs the others and the database no more than a few words a second.

mod courier;

pub(crate) use courier::carry;

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

/// What there may be news of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct News(u8);

impl News {
    /// A delivery was stored.
    pub(crate) const INBOUND: Self = Self(1);
    /// A message was enqueued, or a lane may run again.
    pub(crate) const OUTBOUND: Self = Self(2);
    /// A job was enqueued.
    pub(crate) const JOBS: Self = Self(4);
    /// Events were written.
    pub(crate) const EVENTS: Self = Self(8);
    /// Leases were given back.
    pub(crate) const LEASES: Self = Self(16);
    /// Anything.
    pub(crate) const ALL: Self = Self(31);

    const WORDS: [(Self, &str); 5] = [
        (Self::INBOUND, "inbound"),
        (Self::OUTBOUND, "outbound"),
        (Self::JOBS, "jobs"),
        (Self::EVENTS, "events"),
        (Self::LEASES, "leases"),
    ];

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The words, for the way to another node.
    fn words(self) -> String {
        let words = Self::WORDS.into_iter().filter(|(news, _)| self.has(*news)).map(|(_, word)| word);
        words.collect::<Vec<_>>().join(" ")
    }

    /// What the words say; those of a newer version are passed over.
    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let known = words.filter_map(|word| Self::WORDS.into_iter().find(|(_, known)| *known == word));
        Self(known.fold(0, |bits, (news, _)| bits | news.0))
    }
}

pub(crate) struct Wake {
    on: bool,
    pub(crate) inbound: Notify,
    pub(crate) outbound: Notify,
    pub(crate) jobs: Notify,
    events: watch::Sender<u64>,
    freed: AtomicU64,
    outside: Outside,
}

/// What other nodes haven't been told yet.
struct Outside {
    /// Whether there are any.
    anybody: AtomicBool,
    news: AtomicU8,
    some: Notify,
}

impl Wake {
    pub(crate) fn new(on: bool) -> Self {
        Self {
            on,
            inbound: Notify::new(),
            outbound: Notify::new(),
            jobs: Notify::new(),
            events: watch::Sender::new(0),
            freed: AtomicU64::new(0),
            outside: Outside { anybody: AtomicBool::new(true), news: AtomicU8::new(0), some: Notify::new() },
        }
    }

    /// A delivery was stored.
    pub(crate) fn inbound(&self) {
        self.tell(News::INBOUND);
    }

    /// A message was enqueued, or a lane may run again.
    pub(crate) fn outbound(&self) {
        self.tell(News::OUTBOUND);
    }

    /// A job was enqueued.
    pub(crate) fn jobs(&self) {
        self.tell(News::JOBS);
    }

    /// Events were written.
    pub(crate) fn events(&self) {
        self.tell(News::EVENTS);
    }

    /// Everything that a change by hand may have caused.
    pub(crate) fn all(&self) {
        self.tell(News(News::OUTBOUND.0 | News::JOBS.0 | News::EVENTS.0));
    }

    /// Tells this process, and the others when the courier comes by.
    pub(crate) fn tell(&self, news: News) {
        if !self.on {
            return;
        }
        self.here(news);
        if self.outside.anybody.load(Ordering::Relaxed)
            && self.outside.news.fetch_or(news.0, Ordering::AcqRel) & news.0 != news.0
        {
            self.outside.some.notify_one();
        }
    }

    /// Tells this process alone, of what another one did.
    pub(crate) fn here(&self, news: News) {
        if !self.on {
            return;
        }
        if news.has(News::LEASES) {
            // Before the roles look, so that they don't go by what they knew.
            self.freed.fetch_add(1, Ordering::Relaxed);
        }
        for (what, notify) in
            [(News::INBOUND, &self.inbound), (News::OUTBOUND, &self.outbound), (News::JOBS, &self.jobs)]
        {
            if news.has(what) {
                notify.notify_one();
            }
        }
        if news.has(News::EVENTS) {
            self.events.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.events.subscribe()
    }

    /// Changes when leases were given back: what somebody else held a moment ago may be free.
    pub(crate) fn freed(&self) -> u64 {
        self.freed.load(Ordering::Relaxed)
    }

    /// Whether other processes are worth telling. Wrong for a moment after one came, who looks by itself meanwhile.
    pub(crate) fn set_company(&self, anybody: bool) {
        self.outside.anybody.store(anybody, Ordering::Relaxed);
    }

    /// What other nodes should hear, once there is something.
    async fn outside(&self) -> News {
        loop {
            if let Some(news) = self.outside_now() {
                return news;
            }
            self.outside.some.notified().await;
        }
    }

    fn outside_now(&self) -> Option<News> {
        let news = self.outside.news.swap(0, Ordering::AcqRel);
        (news != 0).then_some(News(news))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_survives_the_way_and_words_of_a_newer_version_do_no_harm() {
        for bits in 1..=31 {
            assert_eq!(News::of(News(bits).words().split(' ')), News(bits));
        }
        assert_eq!(News::of("events tides".split(' ')), News::EVENTS);
    }

    #[tokio::test]
    async fn what_comes_together_is_carried_together_and_once() {
        let wake = Wake::new(true);
        wake.inbound();
        wake.events();
        wake.events();
        assert_eq!(wake.outside().await, News(News::INBOUND.0 | News::EVENTS.0));
        assert_eq!(wake.outside_now(), None);
    }

    #[tokio::test]
    async fn what_another_node_said_is_not_said_again() {
        let wake = Wake::new(true);
        let mut events = wake.subscribe();
        wake.here(News::ALL);
        assert_eq!(wake.outside_now(), None);
        assert!(events.has_changed().unwrap() && wake.freed() == 1);
        events.mark_unchanged();
        wake.inbound.notified().await;
        assert!(!events.has_changed().unwrap());
    }

    #[test]
    fn a_node_on_its_own_carries_nothing() {
        let wake = Wake::new(true);
        wake.set_company(false);
        wake.all();
        assert_eq!(wake.outside_now(), None);
    }
}
