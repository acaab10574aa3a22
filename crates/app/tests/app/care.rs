//! Deliveries that are handled again, in another order, or anew make the same state; what is old is cleared away.

use app::care::{Into, Place, Window, replay_into};
use bytes::Bytes;
use model::{Timestamp, delivery::DeliveryState, page::PageRequest};
use serde_json::json;
use std::time::{Duration, Instant};
use store::state::{Scope, State, state};
use testkit::{Database, World, on_both};

const SECRET: &str = "emulator-app-secret";

async fn of(w: &World, scope: Scope) -> State {
    w.app.reader().read(move |r| state(r, scope)).await.unwrap()
}

/// The bytes of every delivery that came, oldest first.
async fn deliveries(w: &World) -> Vec<Vec<u8>> {
    let (mut bodies, mut page) = (Vec::new(), PageRequest::new(Some(200), None));
    loop {
        let some = w.app.deliveries(w.org(), None, page.clone()).await.unwrap();
        for delivery in &some.data {
            bodies.push(w.app.delivery(w.org(), delivery.id).await.unwrap().1);
        }
        match some.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    bodies.reverse();
    bodies
}

async fn knock(w: &mut World, body: &[u8]) {
    w.expect_work();
    let signature = cloud_api::signature::sign(SECRET, body);
    w.app.receive_webhook(Some(&signature), Bytes::copy_from_slice(body)).await.unwrap();
}

/// A few people write, one calls himself otherwise, reactions come and go, and we answer.
async fn talk(w: &mut World) {
    let people = [w.customer("Ana"), w.customer("Bea"), w.customer_with_username("Cid", "cid.writes")];
    for round in 0..4 {
        for person in &people {
            let wamid = w.says(person, &format!("round {round}")).await;
            w.run_until_idle().await;
            if round % 2 == 0 {
                w.advance(Duration::from_secs(5));
                let reaction = json!({"type": "reaction", "reaction": {"message_id": wamid, "emoji": "👍"}});
                w.sends(person, &reaction).await;
                w.run_until_idle().await;
            }
        }
        w.advance(Duration::from_secs(90));
        let conversation = w.inbox().await[0].id;
        w.reply_with(conversation, json!({"type": "text", "text": {"body": "thanks"}})).await.unwrap();
        w.run_until_idle().await;
    }
}

fn window(w: &World) -> Window {
    let to = w.app.now().saturating_add(Duration::from_secs(3600)).unwrap();
    Window { from: Timestamp::UNIX_EPOCH, to }
}

/// The same numbers in another order, again and again the same.
fn shuffled<T: Clone>(of: &[T]) -> Vec<T> {
    let mut all = of.to_vec();
    let mut dice: u64 = 0x9E37_79B9_7F4A_7C15;
    for at in (1..all.len()).rev() {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(at, (dice >> 33) as usize % (at + 1));
    }
    all
}

on_both! {
    async fn deliveries_in_any_order_and_number_make_the_same_state(database) {
        let mut first = World::new(Database::sqlite()).await;
        talk(&mut first).await;
        let bodies = deliveries(&first).await;
        let expected = of(&first, Scope::Deliveries).await;
        assert!(bodies.len() >= 18 && expected.messages == 18, "{} deliveries, {expected:?}", bodies.len());
        assert!(expected.reactions > 0);

        let mut second = World::new(database).await;
        let ahead = first.app.now().duration_since(second.app.now());
        second.advance(ahead.unsigned_abs());
        // What can't be read, and what is for nobody here, must not hold up what follows.
        knock(&mut second, b"{\"object\": ").await;
        knock(&mut second, b"[7]").await;
        let stranger = String::from_utf8_lossy(&bodies[0]).replace(&second.number.phone_number_id, "4242");
        knock(&mut second, stranger.as_bytes()).await;
        for (number, body) in shuffled(&[bodies.clone(), bodies].concat()).iter().enumerate() {
            knock(&mut second, body).await;
            if number % 7 == 0 {
                second.run_until_idle().await;
            }
        }
        second.run_until_idle().await;
        assert_eq!(of(&second, Scope::Deliveries).await, expected);
    }

    async fn a_replay_in_place_changes_nothing(database) {
        let mut w = World::new(database).await;
        talk(&mut w).await;
        let before = of(&w, Scope::Everything).await;
        let phones = w.control.messages(&Default::default())["data"].as_array().unwrap().len();
        let replayed = w.app.replay(window(&w)).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!((&replayed.before, &replayed.after), (&before, &before));
        let handled: u64 = replayed.outcomes.values().sum();
        assert!(replayed.outcomes["done"] == handled && handled >= 18, "{:?}", replayed.outcomes);
        assert_eq!(of(&w, Scope::Everything).await, before);
        let now = w.control.messages(&Default::default())["data"].as_array().unwrap().len();
        assert_eq!(now, phones, "nobody got anything twice");
    }

    async fn a_replay_brings_in_what_was_missing(database) {
        let mut w = World::new(database).await;
        talk(&mut w).await;
        let before = of(&w, Scope::Everything).await;
        let late = String::from_utf8(deliveries(&w).await[0].clone()).unwrap();
        let late = late.replace(&w.number.phone_number_id, "4242").replace("wamid.", "wamid.late");
        knock(&mut w, late.as_bytes()).await;
        w.run_until_idle().await;
        assert_eq!(of(&w, Scope::Everything).await, before);
        let second = app::NewPhoneNumber { phone_number_id: "4242".into(), ..testkit::published_number() };
        w.app.connect_phone_number(&w.caller, second).await.unwrap();
        let replayed = w.app.replay(window(&w)).await.unwrap();
        assert_eq!(replayed.before, before);
        assert_eq!(replayed.after.messages, before.messages + 1);
        assert!(!replayed.outcomes.contains_key("unrouted"), "{:?}", replayed.outcomes);
        w.expect_work();
        w.leave_undone();
    }

    async fn a_replay_into_a_new_database_gives_the_same_state(database) {
        let target = Database::sqlite();
        let mut w = World::new(database).await;
        let source = w.location.clone();
        talk(&mut w).await;
        let plan = || Into {
            source: source.clone(),
            target: Place { database: app::Location::File(target.folder().join("new.db")), media: target.folder().join("m") },
            window: window(&w),
        };
        let replayed = replay_into(plan(), w.ambient()).await.unwrap();
        assert!(replayed.comparable);
        assert_eq!(replayed.before, replayed.after);
        assert_eq!((replayed.after.messages, replayed.after.contacts), (18, 3));
        let again = replay_into(plan(), w.ambient()).await.unwrap_err();
        assert!(again.to_string().contains("already"), "{again}");
    }

    async fn a_window_that_leaves_something_out_is_not_compared(database) {
        let target = Database::sqlite();
        let mut w = World::new(database).await;
        let source = w.location.clone();
        talk(&mut w).await;
        let place = Place { database: app::Location::File(target.folder().join("new.db")), media: target.folder().join("m") };
        let first = Window { from: Timestamp::UNIX_EPOCH, to: w.app.now().saturating_sub(Duration::from_secs(120)).unwrap() };
        let replayed = replay_into(Into { source: source.clone(), target: place, window: first }, w.ambient()).await.unwrap();
        assert!(!replayed.comparable);
        assert!(replayed.after.messages > 0 && replayed.after.messages < replayed.before.messages);
    }

    async fn what_is_old_is_cleared_away_and_what_waits_is_not(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let before = of(&w, Scope::Everything).await;
        w.advance(Duration::from_secs(31 * 24 * 3600));
        w.says(&ana, "hello again").await;
        w.run_until_idle().await;
        let kept = async |w: &World| {
            let page = PageRequest::new(Some(200), None);
            w.app.deliveries(w.org(), None, page).await.unwrap().data
        };
        let month_ago = w.app.now().saturating_sub(Duration::from_secs(30 * 24 * 3600)).unwrap();
        let began = Instant::now();
        while kept(&w).await.iter().any(|delivery| delivery.received_at < month_ago) {
            assert!(began.elapsed() < Duration::from_secs(30), "old deliveries are still there");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let rest = kept(&w).await;
        assert!(!rest.is_empty() && rest.iter().all(|delivery| delivery.state == DeliveryState::Done));
        // What they brought stays.
        let now = of(&w, Scope::Everything).await;
        assert_eq!((now.contacts, now.messages), (before.contacts, before.messages + 1));
    }
}
