use crate::{
    home::TestDb,
    shop::{at, id},
};
use model::{id::NodeId, node::Node};
use store::nodes;

on_both! {
    a_node_is_listed_from_its_first_word_to_its_last
    nodes_that_were_not_heard_of_are_forgotten
}

fn node(number: u128, started: i64, seen: i64) -> Node {
    Node {
        id: NodeId(id(number)),
        roles: "http,inbound".into(),
        version: "0.1.0".into(),
        started_at: at(started),
        seen_at: at(seen),
    }
}

async fn beat(db: &TestDb, node: Node) {
    db.write(move |w| nodes::beat(w, &node)).await;
}

async fn a_node_is_listed_from_its_first_word_to_its_last(db: TestDb) {
    assert_eq!(db.read(nodes::list).await, []);
    beat(&db, node(2, 1, 1)).await;
    beat(&db, node(1, 5, 5)).await;
    beat(&db, node(2, 1, 9)).await;
    assert_eq!(db.read(nodes::list).await, [node(2, 1, 9), node(1, 5, 5)]);
    db.write(|w| nodes::remove(w, NodeId(id(2)))).await;
    assert_eq!(db.read(nodes::list).await, [node(1, 5, 5)]);
}

async fn nodes_that_were_not_heard_of_are_forgotten(db: TestDb) {
    beat(&db, node(1, 0, 10)).await;
    beat(&db, node(2, 0, 9)).await;
    assert_eq!(db.write(|w| nodes::prune(w, at(10))).await, 1);
    assert_eq!(db.read(nodes::list).await, [node(1, 0, 10)]);
}
