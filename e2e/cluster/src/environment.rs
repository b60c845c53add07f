//! What a program of the cluster may not inherit: settings that send loopback traffic elsewhere or
//! replace the certificate authority it has to trust.

use std::process::Command;

const UNWANTED: [&str; 10] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Takes proxy and certificate authority settings out of a command's environment.
pub(crate) fn clean(command: &mut Command) {
    for name in UNWANTED {
        command.env_remove(name);
    }
}
