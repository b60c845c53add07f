//! Tests of the simulator: the library in virtual time, the wire over loopback, the binary.

#![cfg(test)]

mod binary;
mod control;
mod describe;
mod faults;
mod history;
mod http_client;
mod life_cycle;
mod list;
mod quotas;
mod rules;
mod stats;
mod support;
mod tags;
mod validation;
mod wire;
