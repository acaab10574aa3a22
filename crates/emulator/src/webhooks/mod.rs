//! Webhooks: what is sent ([`body`]), to whom ([`route`]), how many at a time ([`gather`]), what became of it ([`log`]),
//! and the sending itself ([`sender`]).

pub(crate) mod body;
pub(crate) mod emit;
pub(crate) mod engine;
mod gather;
pub(crate) mod log;
pub(crate) mod route;
pub(crate) mod sender;
