//! The one integration-test binary: each layer by the least powerful means that can show it.

mod architecture;
mod crd_drift;
mod crd_lint;
mod crd_rules;
mod decide_laws;
mod decide_model;
mod decide_names;
mod decide_table;
mod leader;
mod pacing;
mod plan;
mod support;
