//! Admission in virtual time: rates, fairness, quotas, silent regions and checkpoint prefixes.

mod fairness;
mod fleet;
mod interleavings;
mod prefixes;
mod quotas;
mod rates;
mod regions;
