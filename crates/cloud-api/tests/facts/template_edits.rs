//! What an edit of a template sends.

use super::judge;

#[test]
fn edits_of_templates_are_judged_as_the_facts_say() {
    judge(include_str!("cases/template_edits.json"), cloud_api::template::check_edit);
}
