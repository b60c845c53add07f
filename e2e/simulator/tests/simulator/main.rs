//! Tests of the simulator: the library in virtual time, the wire over loopback, the binary.

#![cfg(test)]

mod answers;
mod binary;
mod checkpoints;
mod clock;
mod control;
mod credentials;
mod delete;
mod describe;
mod descriptions;
mod faults;
mod history;
mod http_client;
mod life_cycle;
mod list;
mod quotas;
mod regions;
mod rules;
mod stats;
mod support;
mod tags;
mod validation;
mod wire;
