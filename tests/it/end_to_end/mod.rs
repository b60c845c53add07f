//! Tests on real parts: a real apiserver, the operator's own binary under the chart's own rules,
//! and a simulated SageMaker over HTTP.

mod argocd;
mod capacity;
mod cases;
mod chart;
mod crashes;
mod definitions;
mod deletion;
mod drift;
mod import;
mod labels;
mod leaders;
mod life;
mod mistakes;
mod outages;
mod parity;
mod policies;
mod refusals;
mod replies;
mod request;
mod retries;
mod rollback;
mod schema;
mod settings;
pub(crate) mod support;
mod suspend;
mod templates;
