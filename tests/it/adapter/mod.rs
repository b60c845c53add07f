//! The AWS adapter over an HTTP client in memory: what it sends, to which region, how often, and
//! what an answer comes to. Time is virtual.

mod account;
mod answers;
mod conversion;
mod logs;
mod providers;
mod regions;
mod served;
