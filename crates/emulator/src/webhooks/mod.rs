//! Webhooks: what is sent ([`body`]), what became of it ([`log`]), and the sending itself ([`sender`]).

pub(crate) mod body;
pub(crate) mod emit;
pub(crate) mod log;
pub(crate) mod sender;
