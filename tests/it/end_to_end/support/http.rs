//! Requests to the operator's admin server.

use std::time::Duration;

use ureq::Agent;

/// Status and body; `None` when nobody answers.
pub(crate) fn get(address: &str, path: &str) -> Option<(u16, String)> {
    answer(agent().get(format!("http://{address}{path}")).call())
}

/// The same of a PUT.
pub(crate) fn put(address: &str, path: &str, body: &str) -> Option<(u16, String)> {
    answer(agent().put(format!("http://{address}{path}")).send(body))
}

fn answer(answer: Result<http::Response<ureq::Body>, ureq::Error>) -> Option<(u16, String)> {
    let mut response = answer.ok()?;
    let body = response.body_mut().read_to_string().ok()?;
    Some((response.status().as_u16(), body))
}

fn agent() -> Agent {
    Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into()
}
