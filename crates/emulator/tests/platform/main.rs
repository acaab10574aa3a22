//! The emulated platform through its public doors: Graph and control API over a real listener, webhooks to a real
//! receiver, time moved by hand.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test itself may")]

mod calls;
mod control;
mod delivery;
mod desk;
mod graph;
mod groups;
mod media;
mod messages;
mod page;
mod policy;
mod runs;
mod scenarios;
mod templates;
mod tenants;
mod walk;
