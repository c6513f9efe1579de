//! Sweeping: what is over is removed now and then.

use std::sync::Arc;
use std::time::Duration;

use app::App;
use courses::files::Uploads;
use kernel::Result;
use tokio::sync::watch;

/// How long to wait before sweeping again.
const PAUSE: Duration = Duration::from_hours(1);

/// Sweeps at once and every hour, until told to stop.
pub(crate) async fn keep_sweeping(
    app: App,
    uploads: Arc<Uploads>,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    loop {
        app::sweep(&app).await?;
        uploads.sweep(app.now());
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}
