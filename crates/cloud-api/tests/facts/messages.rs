//! Bodies sent to a number's messages.

use super::judge;

#[test]
fn messages_are_judged_as_the_facts_say() {
    judge(include_str!("cases/messages.json"), cloud_api::message::check);
}
