//! What tests share.

pub(crate) mod objects;
pub(crate) mod world;
