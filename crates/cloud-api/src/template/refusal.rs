//! How Graph answers a template that breaks a rule. Meta: Templates > Create, Error codes.

use serde::Serialize;

use crate::violation::{Rule, Violation};

/// What Graph puts into its error for a refused template, besides the message "Invalid parameter".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// `error.code`.
    pub code: i64,
    /// `error.error_subcode`, where Meta has one for it.
    pub error_subcode: Option<i64>,
    /// `error.error_user_title`, in our words.
    pub error_user_title: &'static str,
    /// `error.error_user_msg`, in our words: what to do about it.
    pub error_user_msg: &'static str,
}

/// Meta's subcode for a violation that [`check`](super::check()), [`check_edit`](super::check_edit()) or
/// [`check_bulk_authentication`](super::check_bulk_authentication()) found. `None` where Meta has none or isn't known
/// to have one.
pub fn subcode(violation: &Violation) -> Option<i64> {
    refusal(violation).error_subcode
}

/// How Graph answers such a violation.
pub fn refusal(violation: &Violation) -> Refusal {
    match violation.rule {
        Rule::HeaderFormat => of(
            2_388_047,
            "The header isn't formatted correctly",
            "A header can't have line breaks, emoji or markup, and at most one variable.",
        ),
        Rule::BodyFormat => of(
            2_388_072,
            "The body isn't formatted correctly",
            "Check the variables' braces and numbers, and remove tabs, empty lines and spaces that are too many.",
        ),
        Rule::FooterFormat => {
            of(2_388_073, "The footer isn't formatted correctly", "A footer can't have variables.")
        }
        Rule::VariableRatio => of(
            2_388_293,
            "The template has too many variables for its length",
            "Use fewer variables, or add words to the body.",
        ),
        Rule::VariableAtEdge => of(
            2_388_299,
            "Variables can't be at the start or end of the template",
            "Put words before the first variable and after the last one.",
        ),
        Rule::Length if too_long(violation) => {
            of(2_388_040, "A field is too long", "Shorten the text to the length that is allowed.")
        }
        _ if is_missing(violation) => of(
            2_388_043,
            "The components are missing a field",
            "Give every component the fields it needs, with an example for each variable and a sample for media.",
        ),
        _ => Refusal {
            code: 100,
            error_subcode: None,
            error_user_title: "The template isn't valid",
            error_user_msg: "Correct the field that is named in the details.",
        },
    }
}

/// True for what Meta accepts at first and rejects in review, with reason `INVALID_FORMAT`: variables without words
/// between them.
pub fn is_for_review(violation: &Violation) -> bool {
    violation.rule == Rule::Order && violation.pointer.ends_with("/text")
}

impl Refusal {
    /// There is a template of that name in that language.
    pub const EXISTS: Self = of(
        2_388_024,
        "Content in this language already exists",
        "There is a template of this name in this language. Edit it, or choose another name.",
    );
    /// A template of that name in that language was deleted less than 30 days ago.
    pub const BEING_DELETED: Self = of(
        2_388_023,
        "This language is being deleted",
        "The name can be used again in this language 30 days after its template was deleted.",
    );
    /// The account has as many templates as it may.
    pub const TOO_MANY_TEMPLATES: Self = of(
        2_388_019,
        "The account has reached its limit of templates",
        "Delete templates that aren't used any more. Every language counts.",
    );
}

const fn of(subcode: i64, error_user_title: &'static str, error_user_msg: &'static str) -> Refusal {
    Refusal { code: 100, error_subcode: Some(subcode), error_user_title, error_user_msg }
}

fn too_long(violation: &Violation) -> bool {
    violation.given > violation.limit
}

/// Missing or empty fields of components, and examples that don't match their variables.
fn is_missing(violation: &Violation) -> bool {
    let in_components = violation.pointer.starts_with("/components");
    let absent = matches!(violation.rule, Rule::Required | Rule::Length);
    let example = violation.pointer.contains("/example")
        && matches!(violation.rule, Rule::Count | Rule::Reference | Rule::Unique);
    in_components && (absent || example)
}
