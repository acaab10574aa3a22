//! Reactions on messages: the newest of each side counts, in whatever order they come.

use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    id::MessageId,
    message::{Direction, Reaction},
};
use store::messages;

on_both! {
    each_side_has_one_reaction_on_a_message
    an_older_reaction_that_comes_late_changes_nothing
    a_reaction_taken_away_is_gone
    an_older_reaction_that_comes_after_the_taking_away_stays_away
    of_two_reactions_of_one_moment_the_one_that_comes_last_counts
}

const THEIRS: Direction = Direction::Inbound;
const OURS: Direction = Direction::Outbound;

async fn shop_with_message(db: &TestDb) -> Shop {
    let shop = db.shop(1).await;
    db.write(move |w| messages::insert(w, shop.org, &shop.inbound(1))).await;
    shop
}

async fn react(db: &TestDb, shop: Shop, direction: Direction, emoji: &'static str, second: i64) {
    let id = MessageId(shop.id(1));
    db.write(move |w| messages::react(w, shop.org, id, direction, emoji, at(second))).await;
}

async fn reactions(db: &TestDb, shop: Shop) -> Vec<(String, Direction)> {
    let message = db.read(move |r| messages::get(r, shop.org, MessageId(shop.id(1)))).await.unwrap();
    let thread =
        db.walk(5, move |r, page| messages::thread(r, shop.org, shop.conversation, page)).await.remove(0);
    assert_eq!(thread, message);
    message.reactions.into_iter().map(|Reaction { emoji, direction }| (emoji, direction)).collect()
}

async fn each_side_has_one_reaction_on_a_message(db: TestDb) {
    let shop = shop_with_message(&db).await;
    assert_eq!(reactions(&db, shop).await, []);
    react(&db, shop, OURS, "🙏", 5).await;
    react(&db, shop, THEIRS, "👍", 6).await;
    assert_eq!(reactions(&db, shop).await, [("👍".into(), THEIRS), ("🙏".into(), OURS)]);
    react(&db, shop, THEIRS, "❤️", 7).await;
    assert_eq!(reactions(&db, shop).await, [("❤️".into(), THEIRS), ("🙏".into(), OURS)]);
}

async fn an_older_reaction_that_comes_late_changes_nothing(db: TestDb) {
    let shop = shop_with_message(&db).await;
    react(&db, shop, THEIRS, "❤️", 7).await;
    react(&db, shop, THEIRS, "👍", 6).await;
    react(&db, shop, THEIRS, "", 5).await;
    assert_eq!(reactions(&db, shop).await, [("❤️".into(), THEIRS)]);
}

async fn a_reaction_taken_away_is_gone(db: TestDb) {
    let shop = shop_with_message(&db).await;
    react(&db, shop, THEIRS, "❤️", 7).await;
    react(&db, shop, OURS, "🙏", 7).await;
    react(&db, shop, THEIRS, "", 8).await;
    assert_eq!(reactions(&db, shop).await, [("🙏".into(), OURS)]);
    react(&db, shop, THEIRS, "👍", 9).await;
    assert_eq!(reactions(&db, shop).await, [("👍".into(), THEIRS), ("🙏".into(), OURS)]);
}

async fn an_older_reaction_that_comes_after_the_taking_away_stays_away(db: TestDb) {
    let shop = shop_with_message(&db).await;
    react(&db, shop, THEIRS, "", 8).await;
    react(&db, shop, THEIRS, "❤️", 7).await;
    assert_eq!(reactions(&db, shop).await, []);
}

async fn of_two_reactions_of_one_moment_the_one_that_comes_last_counts(db: TestDb) {
    let shop = shop_with_message(&db).await;
    react(&db, shop, THEIRS, "❤️", 7).await;
    react(&db, shop, THEIRS, "👍", 7).await;
    assert_eq!(reactions(&db, shop).await, [("👍".into(), THEIRS)]);
    react(&db, shop, THEIRS, "", 7).await;
    assert_eq!(reactions(&db, shop).await, []);
}
