//! The emulated platform through its public doors: Graph and control API over a real listener, webhooks to a real
//! receiver, time moved by hand.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test itself may")]

mod analytics;
mod calls;
mod coexistence;
mod control;
mod delivery;
mod desk;
mod fidelity;
mod graph;
mod groups;
mod media;
mod messages;
mod page;
mod policy;
mod routing;
mod scenarios;
mod templates;
mod tenants;
mod webhook_engine;
