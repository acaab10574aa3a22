//! The emulated platform through its public doors: Graph and control API over a real listener, webhooks to a real
//! receiver, time moved by hand.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test itself may")]

mod accounts;
mod analytics;
mod calls;
mod client;
mod coexistence;
mod control;
mod delivery;
mod described;
mod desk;
mod dialects;
mod direct_send;
mod endpoint;
mod fidelity;
mod fidelity_news;
mod form_exchange;
mod form_health;
mod forms;
mod graph;
mod groups;
mod groups_rules;
mod manners;
mod manners_http;
mod media;
mod messages;
mod numbers;
mod open_questions;
mod page;
mod partners;
mod people;
mod policy;
mod reference;
mod reference_later;
mod routing;
mod runs;
mod template_catalog;
mod template_desk;
mod template_life;
mod template_pacing;
mod template_send;
mod templates;
mod tenants;
mod walk;
mod webhook_engine;
mod windows;
