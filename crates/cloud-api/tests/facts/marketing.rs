//! Bodies sent to the Marketing Messages API.

use super::judge;

#[test]
fn marketing_messages_are_judged_as_the_facts_say() {
    judge(include_str!("cases/marketing.json"), cloud_api::message::check_marketing);
}
