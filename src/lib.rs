//! A Kubernetes operator that runs Amazon `SageMaker` managed spot training jobs declaratively.
//!
//! # A guided tour
//! Follow one `kubectl apply`:
//! 1. The watch in [`controller::kube::stream`] sees the object, and kube's controller calls
//!    [`controller::reconcile`].
//! 2. [`controller::convert::plan`] parses the spec once into a [`domain::spec::plan::Plan`];
//!    [`controller::convert::read_status`] reads the [`domain::run::Run`] back from the status.
//! 3. [`controller::admission`] says what AWS's rates and quotas, and other objects, allow.
//! 4. [`domain::decide()`] answers: add the finalizer. It is performed, and asked again: create
//!    attempt 1. Its token, quota and checkpoint prefix are claimed, the run is committed to the
//!    status ([`controller::reconcile::commit`]), and only then the request is sent
//!    ([`controller::reconcile::perform`]), through [`port::TrainingService`] to `aws`.
//! 5. The answer goes into the next decision, whose facts become Event, log line and metric in
//!    [`controller::publish`].
//!
//! Follow one interruption: a poll that is due ([`controller::polling`]) finds the job `Interrupted`.
//! [`domain::step::observe`] takes that into the run and states the fact once; [`domain::view`] says
//! it to people: state, conditions, message. SageMaker finds another instance by itself, the next
//! poll sees it, and training continues from the checkpoint.
//!
//! The rings and the contract are in `docs/architecture.md`; the words in [`domain`].

pub mod api;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod controller;
pub mod domain;
pub mod port;
pub mod runtime;
pub mod settings;
pub mod telemetry;
pub mod yaml;
