//! The apiserver in memory behaves as the real one: one table of behaviours, both servers.

mod place;
mod rows;

use kube::Client;

use super::support::Kubernetes;
use crate::support::apiserver::ApiServer;
use crate::support::clock::VirtualClock;
use place::Place;
use rows::rows;

/// What differs from the table.
async fn differences(server: &str, client: Client) -> Vec<String> {
    let mut differences = Vec::new();
    for (index, row) in rows().into_iter().enumerate() {
        let place = Place::new(client.clone(), format!("row-{index}"));
        let seen = (row.act)(place).await;
        if seen != row.expected {
            let name = row.name;
            differences.push(format!("{server}, {name}:\n  {seen}\n  not {}", row.expected));
        }
    }
    differences
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_apiserver_in_memory_behaves_as_the_real_one() {
    let kubernetes = Kubernetes::shared();
    place::make_namespace(kubernetes.client().await).await;
    let memory = ApiServer::new(1, VirtualClock::new());
    let in_memory = differences("in memory", memory.client());
    let real = differences("real", kubernetes.client().await);
    let (in_memory, real) = tokio::join!(in_memory, real);
    let all = [in_memory, real].concat();
    assert!(all.is_empty(), "{}", all.join("\n"));
}
