//! Lists come in pages that neither skip nor repeat.

use crate::Http;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every row of a list, in pages of `limit`.
async fn walk(http: &Http, path: &str, cursor: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), None::<String>);
    loop {
        let after = next.map(|next| format!("&{cursor}={next}")).unwrap_or_default();
        let page = http.door.get(&format!("{path}?limit={limit}{after}")).await.expect(200);
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit, "{path}");
        rows.extend(data.iter().cloned());
        match page["next"].as_str() {
            Some(cursor) => next = Some(cursor.to_owned()),
            None => return rows,
        }
    }
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

testkit::on_both! {
    async fn lists_are_whole_whatever_the_page(database) {
        let mut http = Http::over(database).await;
        for number in 0..7 {
            let contact = json!({ "name": format!("C{number}"), "phone": format!("+3460011122{number}") });
            http.door.post("/v1/contacts", contact).await.expect(201);
            let name = ["Ada", "Bea", "Cid", "Dov", "Eli", "Fay", "Gus"][number];
            http.conversation(name, "hello").await;
        }
        for path in ["/v1/contacts", "/v1/conversations", "/v1/messages", "/v1/deliveries", "/v1/templates"] {
            let whole = walk(&http, path, "after", 200).await;
            assert!(whole.len() >= 5, "{path}: {}", whole.len());
            let parts = walk(&http, path, "after", 2).await;
            assert_eq!(ids(&whole), ids(&parts), "{path}");
            assert_eq!(ids(&parts).into_iter().collect::<BTreeSet<_>>().len(), parts.len(), "{path} repeats");
        }
    }
}

testkit::on_both! {
    async fn a_thread_goes_backwards_from_the_newest_message(database) {
        let mut http = Http::over(database).await;
        let customer = http.world.customer("Ana");
        for number in 1..=5 {
            http.world.says(&customer, &format!("message {number}")).await;
            http.rest().await;
        }
        let id = http.world.inbox().await[0].id;
        let rows = walk(&http, &format!("/v1/conversations/{id}/messages"), "before", 2).await;
        let said: Vec<_> = rows.iter().map(|row| row["content"]["text"]["body"].as_str().unwrap()).collect();
        assert_eq!(said, ["message 5", "message 4", "message 3", "message 2", "message 1"]);
    }
}
