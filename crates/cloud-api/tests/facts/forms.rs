//! Forms' JSON (Meta calls a form a Flow).

use super::judge;

#[test]
fn forms_are_judged_as_the_facts_say() {
    judge(include_str!("cases/forms.json"), cloud_api::form::check);
}
