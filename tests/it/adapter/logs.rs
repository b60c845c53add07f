//! What the SDK logs: nothing of a job at `debug`. At `trace` it prints whole answers, and those of
//! `DescribeTrainingJob` and `ListTags` hold hyperparameters, environment and tags.

use std::io;
use std::sync::{Arc, Mutex};

use spot_training_operator::port::TrainingService;
use tracing::{Dispatch, Level};
use tracing_subscriber::fmt::MakeWriter;

use super::served::{HOME, Provider, SECRET, Served, adapter, create, created, location};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_job_is_logged_at_debug() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .with_writer(written.clone())
        .finish();
    // While there is only one dispatcher, tracing asks the default of whichever thread is first at a
    // callsite, and other tests have none (tracing-core, `Rebuilder::JustOne`).
    let _second = Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let _guard = tracing::subscriber::set_default(subscriber);
    let served = Served::new(|request| {
        if request.operation == "CreateTrainingJob" {
            return created(&request.region);
        }
        let answer = serde_json::json!({
            "TrainingJobStatus": "InProgress",
            "HyperParameters": { "token": SECRET },
            "Environment": { "TOKEN": SECRET },
            "Tags": [{ "Key": "token", "Value": SECRET }],
        });
        (200, answer.to_string())
    });
    let adapter = adapter(&served, &Provider::lasting()).await;
    create(&adapter, HOME).await.unwrap();
    adapter.describe(&location(HOME), "x").await.unwrap();
    adapter.tag(&location(HOME), "arn", "token").await.unwrap();
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("resolving endpoint"), "the SDK logs at debug: {log}");
    assert!(!log.contains(SECRET), "{log}");
}
