//! Commands that fit into a file each.

pub(crate) mod emulator;
pub(crate) mod inspect;
pub(crate) mod openapi;
pub(crate) mod serve;
