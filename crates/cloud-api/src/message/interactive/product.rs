//! Products of a catalog. Meta: Messages > Interactive > Product, Product list.

use serde::{Deserialize, Serialize};

/// A product of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The catalog.
    pub catalog_id: String,
    /// The product's id there (its "content id").
    pub product_retailer_id: String,
}

/// Products of one catalog under headings: up to 10 sections and 30 products in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductList {
    /// The catalog.
    pub catalog_id: String,
    /// At least one.
    pub sections: Vec<ProductSection>,
}

/// Products under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSection {
    /// Up to 24 characters; may be missing when there is one section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At least one.
    pub product_items: Vec<ProductItem>,
}

/// A product in a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductItem {
    /// The product's id in the catalog.
    pub product_retailer_id: String,
}

impl Product {
    /// A product.
    pub fn new(catalog_id: impl Into<String>, product_retailer_id: impl Into<String>) -> Self {
        Self { catalog_id: catalog_id.into(), product_retailer_id: product_retailer_id.into() }
    }
}

impl ProductList {
    /// Sections of a catalog.
    pub fn new(catalog_id: impl Into<String>, sections: impl IntoIterator<Item = ProductSection>) -> Self {
        Self { catalog_id: catalog_id.into(), sections: sections.into_iter().collect() }
    }
}

impl ProductSection {
    /// Products under a heading, by their ids in the catalog.
    pub fn new<T: Into<String>>(title: impl Into<String>, products: impl IntoIterator<Item = T>) -> Self {
        let item = |id: T| ProductItem { product_retailer_id: id.into() };
        Self { title: Some(title.into()), product_items: products.into_iter().map(item).collect() }
    }
}
