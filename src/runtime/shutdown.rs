//! Shutdown: SIGTERM and SIGINT.

use tokio::signal::unix::{SignalKind, signal};

/// Ends when the process is told to.
///
/// # Errors
/// When signals cannot be received.
pub async fn requested() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
