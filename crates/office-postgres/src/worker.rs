//! The thread that the driver runs on.

use std::future::Future;
use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;

/// One thread of the store's own, with a runtime for the driver. So callers may run on any runtime, or wait without one,
/// and what they stop waiting for still comes to its end and leaves its connection as it should be.
pub(crate) struct Worker {
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Worker {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("office-postgres").enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Has the thread do some work. An error where the work panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Option<JoinError>> {
        match &self.runtime {
            Some(runtime) => runtime.spawn(work).await.map_err(Some),
            None => Err(None),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not waiting for it: that is forbidden on threads of another runtime.
            runtime.shutdown_background();
        }
    }
}
