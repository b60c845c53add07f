//! What the object asks for, parsed once.

pub mod capacity;
pub mod checkpoint;
pub mod plan;
pub mod pool;
