//! Operators of a made-up apiserver: their files and how they are started.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::Authority;
use crate::end_to_end::support::Launch;

/// Writes a file of a name that no other test uses.
pub(in crate::process) fn file(name: &str, content: &str) -> PathBuf {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let name = format!("process-{}-{number}-{name}", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

/// A kubeconfig for the apiserver at `server`, through `proxy_url` where one is given.
pub(in crate::process) fn kubeconfig(
    server: &str,
    authority: &Authority,
    proxy_url: Option<&str>,
) -> PathBuf {
    let mut cluster = json!({ "server": server, "certificate-authority": authority.file() });
    if let Some(proxy_url) = proxy_url {
        cluster["proxy-url"] = json!(proxy_url);
    }
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
        "clusters": [{ "name": "test", "cluster": cluster }],
        "users": [{ "name": "test", "user": { "token": "test" } }],
    });
    file("kubeconfig.json", &kubeconfig.to_string())
}

/// An operator of that apiserver, for which AWS is nowhere.
pub(in crate::process) fn launch(kubeconfig: &Path) -> Launch {
    Launch::new(kubeconfig, "default", "http://127.0.0.1:9")
}
