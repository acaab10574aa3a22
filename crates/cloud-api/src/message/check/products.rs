//! Products of a catalog. Meta: Messages > Interactive > Product, Product list, Catalog.

use super::interactive::{parameters as action_parameters, section_title};
use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

/// Most sections of a product list.
pub const PRODUCT_SECTIONS_MAX: usize = 10;
/// Most products of a product list, all sections together.
pub const PRODUCTS_MAX: usize = 30;

const ANY: usize = usize::MAX;

/// A button that opens the whole catalog.
pub(super) fn catalog(action: &Node<'_>, findings: &mut Findings) {
    if action.get("parameters").is_none() {
        findings.one_of(action, "name", &["catalog_message"]);
    } else if let Some(parameters) = action_parameters(action, "catalog_message", findings) {
        let thumbnail = text("Product retailer id", 1, ANY);
        findings.may_have_text(&parameters, "thumbnail_product_retailer_id", thumbnail);
    }
}

/// One product of one catalog.
pub(in crate::message) fn product(action: &Node<'_>, findings: &mut Findings) {
    findings.needs_id(action, "catalog_id", "Catalog id");
    findings.needs_text(action, "product_retailer_id", text("Product retailer id", 1, ANY));
}

pub(super) fn product_list(action: &Node<'_>, findings: &mut Findings) {
    findings.needs_id(action, "catalog_id", "Catalog id");
    sections(action, findings);
}

/// Products under headings, of a product list or of a multi-product template.
pub(super) fn sections(action: &Node<'_>, findings: &mut Findings) {
    let Some(sections) = findings.needs_list(action, "sections", "sections", [1, PRODUCT_SECTIONS_MAX])
    else {
        return;
    };
    let several = sections.len() > 1;
    let mut total = 0;
    for section in &sections {
        section_title(section, several, findings);
        let items =
            findings.needs_list(section, "product_items", "product items", [1, ANY]).unwrap_or_default();
        total += items.len();
        for item in items.iter().take(PRODUCTS_MAX + 1) {
            findings.needs_text(item, "product_retailer_id", text("Product retailer id", 1, ANY));
        }
    }
    if total > PRODUCTS_MAX {
        let message = format!("Total product count exceed max allowed count: {PRODUCTS_MAX}");
        findings.add_limit(action.at("sections"), Rule::Count, [PRODUCTS_MAX, total], message);
    }
}
