//! The level of the log: what is accepted, what no level shows, and who may change it.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use spot_training_operator::controller::readiness::Readiness;
use spot_training_operator::runtime::admin::{Admin, router};
use spot_training_operator::telemetry::Metrics;
use spot_training_operator::telemetry::log_level::parse;
use spot_training_operator::telemetry::logging::{Level, filter};
use tower::ServiceExt;
use tracing::{debug, error, info, trace, warn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{fmt, registry};

const LEVELS: &str = "the levels are trace, debug, info, warn, error, off";

#[test]
fn levels_and_levels_of_parts_are_accepted() {
    for text in ["trace", "debug", "info", "warn", "error", "off", "INFO", " debug "] {
        assert!(parse(text).is_ok(), "{text}");
    }
    for text in ["info,kube=debug", "spot_training_operator::controller=trace", "off,a-b=warn"] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn anything_else_is_refused_and_the_levels_are_named() {
    for text in [
        "",
        ",",
        "loud",
        "3",
        "info,",
        "kube=",
        "kube=loud",
        "=info",
        "[span]=info",
        "kube",
        "a b=info",
        "info;debug",
        "kube=info=debug",
        "warning",
    ] {
        let refusal = parse(text).expect_err(text);
        assert!(refusal.contains(LEVELS), "{text}: {refusal}");
    }
}

/// What is written by `write` at a level.
fn written(level: &str, write: impl FnOnce(&Level)) -> String {
    let lines = Lines::default();
    let (filter, level) = filter(level).unwrap();
    let writer = lines.clone();
    let lines_layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = registry().with(filter).with(lines_layer);
    tracing::subscriber::with_default(subscriber, || write(&level));
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_level_shows_requests_and_answers() {
    let bodies = || {
        trace!(target: "aws_smithy_runtime::client::orchestrator", "SECRET");
        trace!(target: "hyper::proto::h1::io", "SECRET");
        trace!(target: "hyper_util::client::legacy", "SECRET");
        trace!(target: "h2::codec::framed_write", "SECRET");
        trace!(target: "rustls::conn", "SECRET");
        warn!(target: "kube_client::client", "SECRET");
        trace!(target: "spot_training_operator", "ours");
        debug!(target: "aws_smithy_runtime::client::orchestrator", "theirs");
    };
    for level in [
        "trace",
        "trace,aws_smithy_runtime=trace,aws_smithy_runtime::client::orchestrator=trace,\
         hyper=trace,hyper_util::client=trace,h2=trace,rustls=trace,kube_client=trace,\
         kube_client::client=trace",
    ] {
        let at_the_start = written(level, |_| bodies());
        let later = written("info", |handle| {
            handle.set(level).unwrap();
            bodies();
        });
        for log in [at_the_start, later] {
            assert!(!log.contains("SECRET"), "{level}: {log}");
            assert!(log.contains("ours") && log.contains("theirs"), "{level}: {log}");
        }
    }
}

#[test]
fn what_others_repeat_is_written_only_where_it_is_asked_for() {
    let lines = || {
        warn!(target: "aws_config::meta::credentials::chain", "their dump");
        info!(target: "kube_runtime::controller", "their span");
        error!(target: "aws_config::profile", "their error");
        info!(target: "spot_training_operator", "ours");
    };
    let log = written("debug", |_| lines());
    assert!(!log.contains("their dump") && !log.contains("their span"), "{log}");
    assert!(log.contains("their error") && log.contains("ours"), "{log}");
    let log = written("aws_config=warn,kube_runtime=info", |_| lines());
    assert!(log.contains("their dump") && log.contains("their span"), "{log}");
    assert!(log.contains("ours"), "a text of parts alone leaves the rest at info: {log}");
    assert_eq!(written("off", |_| lines()), "");
}

#[tokio::test]
async fn the_level_is_changed_from_the_same_host_only() {
    let (_filter, level) = filter("info").unwrap();
    let readiness = Arc::new(Readiness::default());
    let admin = Admin { readiness, metrics: Arc::new(Metrics::default()), level };
    let put = async |peer: &str, text: &'static str| {
        let mut request = Request::put("/loglevel").body(Body::from(text)).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router(admin.clone()).oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    for peer in ["10.0.0.7:1234", "[fe80::1]:1234", "[::ffff:10.0.0.7]:1234"] {
        assert_eq!(put(peer, "debug").await.0, StatusCode::FORBIDDEN, "{peer}");
    }
    for peer in ["127.0.0.1:1234", "127.8.0.1:1234", "[::1]:1234", "[::ffff:127.0.0.1]:1234"] {
        assert_eq!(put(peer, "debug").await.0, StatusCode::OK, "{peer}");
        let (status, why) = put(peer, "loud").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{peer}");
        assert!(why.contains(LEVELS), "{why}");
    }
}
