//! Commands that fit into a file each.

pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod emulator;
pub(crate) mod inspect;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod replay;
pub(crate) mod serve;
