//! Carries wake-ups between nodes: over NATS where there is one, else by PostgreSQL's LISTEN and NOTIFY.

use super::News;
use crate::{App, Result};
use model::id::NodeId;
use std::time::Duration;
use stream::{Heard, Wire};
use tokio::sync::watch;

/// The pause between two words, so that there are 50 a second at most however much happens.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a lost line rests before it is opened again.
const REST: Duration = Duration::from_millis(500);
/// Where nodes talk on NATS.
const SUBJECT: &str = "waypost.wake";

/// An open line to the other nodes.
enum Line {
    Postgres(store::Line),
    Nats(Wire, Heard),
}

/// Why a conversation ended.
enum Ended {
    Stopped,
    Lost,
}

/// Carries until told to stop; on SQLite without NATS there is nobody to carry to.
pub(crate) async fn carry(app: App, mut stopped: watch::Receiver<bool>) {
    if !app.inner.config.wake_ups || app.inner.wire.is_none() && app.inner.db.signals().is_none() {
        return;
    }
    while !*stopped.borrow() {
        match Line::open(&app).await {
            Ok(mut line) => {
                // Whatever was said before we listened.
                app.inner.wake.here(News::ALL);
                if let Ended::Stopped = converse(&app, &mut line, &mut stopped).await {
                    return;
                }
            }
            Err(error) => tracing::debug!(%error, "other nodes can't be told and heard"),
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn converse(app: &App, line: &mut Line, stopped: &mut watch::Receiver<bool>) -> Ended {
    let (wake, node) = (&app.inner.wake, app.inner.node);
    loop {
        tokio::select! {
            heard = line.hear() => match heard {
                Some(word) => {
                    if let Some(news) = understand(&word, node) {
                        wake.here(news);
                    }
                }
                None => return Ended::Lost,
            },
            news = wake.outside() => {
                if let Err(error) = line.say(node, news).await {
                    tracing::debug!(%error, "other nodes were not told");
                    return Ended::Lost;
                }
                tokio::time::sleep(PAUSE).await;
            }
            _ = stopped.changed() => {
                // The last word of a node that ends is the one that gives its work to the others.
                if let Some(news) = wake.outside_now() {
                    drop(line.say(node, news).await);
                }
                return Ended::Stopped;
            }
        }
    }
}

impl Line {
    async fn open(app: &App) -> Result<Self> {
        if let Some(wire) = &app.inner.wire {
            return Ok(Self::Nats(wire.clone(), wire.hear(SUBJECT).await?));
        }
        let signals = app.inner.db.signals().ok_or_else(|| crate::Error::Internal("no signals".into()))?;
        Ok(Self::Postgres(signals.open().await?))
    }

    async fn say(&self, node: NodeId, news: News) -> Result<()> {
        let word = format!("{node} {}", news.words());
        match self {
            Self::Postgres(line) => line.say(&word).await?,
            Self::Nats(wire, _) => {
                wire.say(SUBJECT, word).await?;
                wire.flush().await?;
            }
        }
        Ok(())
    }

    async fn hear(&mut self) -> Option<String> {
        match self {
            Self::Postgres(line) => line.hear().await,
            Self::Nats(_, heard) => {
                heard.next().await.map(|word| String::from_utf8_lossy(&word).into_owned())
            }
        }
    }
}

/// What another node said; `None` for our own words, which PostgreSQL brings back to us, and for what isn't a word.
fn understand(word: &str, node: NodeId) -> Option<News> {
    let (from, words) = word.split_once(' ')?;
    let from: NodeId = from.parse().ok()?;
    (from != node).then(|| News::of(words.split(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_words_and_noise_wake_nobody() {
        let (us, them) = (NodeId(uuid::Uuid::from_u128(1)), NodeId(uuid::Uuid::from_u128(2)));
        assert_eq!(understand(&format!("{them} jobs leases"), us), Some(News(News::JOBS.0 | News::LEASES.0)));
        assert_eq!(understand(&format!("{us} jobs"), us), None);
        for noise in ["", "jobs", "jobs jobs", "\u{fffd} \u{fffd}"] {
            assert_eq!(understand(noise, us), None, "{noise}");
        }
    }
}
