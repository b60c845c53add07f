//! Waits until the apiserver serves the CRD: better than dying in a loop.

use std::time::Duration;

use kube::Client;
use kube::Resource;
use tracing::{info, warn};

use crate::api::v1alpha1::Object;
use crate::controller::readiness::{Need, Readiness};

/// How often the apiserver is asked.
const INTERVAL: Duration = Duration::from_secs(2);

/// Ends when the apiserver serves the CRD; meanwhile readiness says what is missing.
pub async fn served(client: &Client, readiness: &Readiness) {
    let mut said = String::new();
    loop {
        let Some(why) = missing(client).await else { break };
        if why != said {
            warn!("{why}");
            readiness.lacks(Need::CrdServed, "", &why);
            said = why;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    readiness.has(Need::CrdServed, "");
    info!("the CRD is served");
}

/// Why the CRD cannot be used, if so. Discovery needs no permission on CRDs.
async fn missing(client: &Client) -> Option<String> {
    let version = Object::api_version(&());
    let plural = Object::plural(&());
    let asked = tokio::time::timeout(INTERVAL * 3, client.list_api_group_resources(&version)).await;
    match asked {
        Ok(Ok(list)) if list.resources.iter().any(|resource| resource.name == plural) => None,
        // A group that nobody serves is a plain 404 without a Status.
        Ok(Err(kube::Error::Api(status))) if status.code != 404 => {
            Some(format!("the apiserver refuses: {status}"))
        }
        Ok(Ok(_) | Err(kube::Error::Api(_))) => Some(format!(
            "the apiserver does not serve {plural} of {version}: apply crds/spottrainingjobs.yaml"
        )),
        Ok(Err(error)) => Some(format!("the apiserver cannot be reached: {error}")),
        Err(_) => Some("the apiserver does not answer".to_owned()),
    }
}
