//! Templates as they are created.

use super::judge;

#[test]
fn templates_are_judged_as_the_facts_say() {
    judge(include_str!("cases/templates.json"), cloud_api::template::check);
}
