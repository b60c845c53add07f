//! The figures that the project promises: one JSON line each.

fn main() {}
