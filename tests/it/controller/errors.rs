//! Errors of the apiserver: which are conflicts, which refusals to be shown, which pass.

use kube::core::Status;
use spot_training_operator::controller::error::Error;

#[test]
fn answers_of_the_apiserver_are_told_apart() {
    let of = |code: u16, reason: &str| {
        let status = Status { code, ..Status::failure("a webhook says no", reason) };
        match Error::from(kube::Error::Api(Box::new(status))) {
            Error::Conflict => "conflict",
            Error::Gone => "gone",
            Error::Refused(why) if why == "a webhook says no" => "refused",
            Error::Kubernetes(_) => "passes",
            other => panic!("{code}: {other}"),
        }
    };
    let rows = [
        (409, "Conflict", "conflict"),
        (404, "NotFound", "gone"),
        (400, "BadRequest", "refused"),
        (403, "Forbidden", "refused"),
        (422, "Invalid", "refused"),
        (401, "Unauthorized", "passes"),
        (429, "TooManyRequests", "passes"),
        (500, "InternalError", "passes"),
        (503, "ServiceUnavailable", "passes"),
    ];
    for (code, reason, expected) in rows {
        assert_eq!(of(code, reason), expected, "{code}");
    }
}
