//! Kept deliveries are handled again, by the same role as when they came: in place, or into a new database, which then must
//! be in the same state.

use super::{Place, State, Window};
use crate::{Ambient, App, Error, Result, Settings, inbound::Inbound};
use model::{id::DeliveryId, page::PageRequest, phone_number::PhoneNumber};
use std::collections::BTreeMap;
use store::{
    Lane, Location, ReadDb, accounts, deliveries, phone_numbers,
    phone_numbers::MetaApp,
    replays,
    state::{self, Scope},
};
use uuid::Uuid;

/// Deliveries at once.
const BATCH: usize = 256;

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// How many deliveries of the window there are, by their state now: `done`, `unrouted`, `malformed`, `failed`, and
    /// `pending` for those that could not be handled and are tried again.
    pub outcomes: BTreeMap<String, u64>,
    /// The state before; of a replay into a new database, the state of the one that it is from.
    pub before: State,
    /// The state after; of a replay into a new database, its state.
    pub after: State,
    /// Whether the two must be equal.
    pub comparable: bool,
}

impl App {
    /// Has the deliveries of a window handled again, in the order in which they came. What they brought before stays as it
    /// is, so that the state only changes where something was missing. Other processes on this database may help.
    ///
    /// # Errors
    /// The database's.
    pub async fn replay(&self, window: Window) -> Result<Replayed> {
        let state = || self.read(|r| Ok(state::state(r, Scope::Everything)?));
        let before = state().await?;
        let mut inbound = Inbound::new(self.clone());
        let mut after = DeliveryId(Uuid::nil());
        loop {
            let now = self.now();
            let marked = self.write(Lane::Any, move |w| Ok(replays::again(w, window, after, BATCH, now)?));
            let Some(last) = marked.await? else { break };
            self.handle_up_to(&mut inbound, window, last).await?;
            after = last;
        }
        let outcomes = self.read(move |r| Ok(replays::outcomes(r, window)?)).await?;
        Ok(Replayed { outcomes, before, after: state().await?, comparable: true })
    }

    /// Works until every delivery of the window up to `last` was tried, by us or by whoever else has the lease.
    async fn handle_up_to(&self, inbound: &mut Inbound, window: Window, last: DeliveryId) -> Result<()> {
        loop {
            let busy = inbound.work().await?;
            if self.read(move |r| Ok(replays::untried(r, window, last)?)).await? == 0 {
                return Ok(());
            }
            if !busy {
                tokio::time::sleep(self.inner.config.poll).await;
            }
        }
    }
}

/// A replay into a new database.
#[derive(Debug)]
pub struct Into {
    /// Whose deliveries; it is only read, and may be in use.
    pub source: Location,
    /// Where there is nothing yet.
    pub target: Place,
    /// Which deliveries.
    pub window: Window,
}

/// Makes a new database with the organizations, apps and numbers of another, and handles that one's deliveries in it. It
/// has no secrets, people, rules or messages of ours: nothing can be signed in to or sent from there.
///
/// # Errors
/// [`Error::Unavailable`] when the target isn't empty, or either can't be used.
pub async fn replay_into(plan: Into, ambient: Ambient) -> Result<Replayed> {
    let Into { source, target, window } = plan;
    let (from, to) = (source.clone(), target.database.clone());
    let opened = tokio::task::spawn_blocking(move || {
        if !store::backup::is_empty(&to)? {
            return Err(store::Error::Unavailable(format!("there is a database at {to:?} already")));
        }
        ReadDb::open(&from, 1)
    });
    let source = opened.await.map_err(|e| Error::Internal(e.to_string()))??;
    if let Some(due) = source.read(|r| Ok::<_, Error>(store::schema(r)?)).await?.due.first() {
        return Err(Error::Unavailable(format!(
            "the database is older than this Waypost ({due} is due): migrate it first"
        )));
    }
    let app = App::open(Settings::new(target.database, target.media), ambient).await?;
    prepare(&source, &app).await?;
    let mut inbound = Inbound::new(app.clone());
    let mut after = DeliveryId(Uuid::nil());
    loop {
        let page = source.read(move |r| Ok::<_, Error>(replays::page(r, window, after, BATCH)?)).await?;
        let Some(last) = page.last().map(|delivery| delivery.id) else { break };
        let stored = app.write(Lane::Any, move |w| {
            for d in &page {
                deliveries::insert(w, d.id, d.organization_id, d.meta_app_id, &d.body, d.received_at)?;
            }
            Ok(())
        });
        stored.await?;
        app.handle_up_to(&mut inbound, window, last).await?;
        after = last;
    }
    let of = |r: &mut store::Reader<'_>| Ok::<_, Error>(state::state(r, Scope::Deliveries)?);
    let comparable = source.read(move |r| Ok::<_, Error>(replays::is_all(r, window)?)).await?;
    let outcomes = app.read(move |r| Ok(replays::outcomes(r, window)?)).await?;
    Ok(Replayed { outcomes, before: source.read(of).await?, after: app.read(of).await?, comparable })
}

/// Organizations, apps and numbers under the ids that they had, without secrets.
async fn prepare(source: &ReadDb, target: &App) -> Result<()> {
    let read = source.read(|r| {
        let organizations = accounts::organizations(r)?;
        let mut numbers: Vec<PhoneNumber> = Vec::new();
        for organization in &organizations {
            let mut page = PageRequest::new(Some(200), None);
            loop {
                let some = phone_numbers::list(r, organization.id, &page)?;
                numbers.extend(some.data);
                page.after = some.next;
                if page.after.is_none() {
                    break;
                }
            }
        }
        Ok::<_, Error>((organizations, phone_numbers::apps(r)?, numbers))
    });
    let (organizations, apps, numbers) = read.await?;
    let now = target.now();
    // An empty secret would be one that everybody knows.
    let secret = target.inner.secrets.token(64);
    let written = target.write(Lane::Any, move |w| {
        for organization in &organizations {
            accounts::insert_organization(w, organization, now)?;
        }
        for app in &apps {
            let app = MetaApp { app_secret: secret.clone(), verify_token: String::new(), ..app.clone() };
            phone_numbers::upsert_app(w, &app, now)?;
        }
        numbers.iter().try_for_each(|number| Ok(phone_numbers::insert(w, number, "")?))
    });
    written.await
}
