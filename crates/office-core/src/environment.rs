//! The clock, the dice and the patience of an office: injected, so that a run can be repeated.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use uuid::Uuid;

/// A future without a result.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where an [`Office`](crate::Office) gets what is not in its arguments: the time and random bits of its commit ids, and
/// pauses between attempts. Nothing that is decided depends on them.
pub trait Environment: Send + Sync + 'static {
    /// Milliseconds since 1970.
    fn millis(&self) -> u64;

    /// Random bits; the same twice is harmless within one process only if the time has moved on.
    fn random(&self) -> u64;

    /// Waits about this long.
    fn pause(&self, about: Duration) -> Pause;
}

/// The clock and the dice of the machine.
#[derive(Clone)]
pub struct System {
    pause: Arc<dyn Fn(Duration) -> Pause + Send + Sync>,
}

impl System {
    /// Lets other work run between attempts, without a timer: needs no runtime and works in any.
    #[must_use]
    pub fn yielding() -> Self {
        Self::pausing(|about| Box::pin(yields(about)))
    }

    /// Puts the thread to sleep between attempts: for programs of plain threads.
    #[must_use]
    pub fn sleeping() -> Self {
        Self::pausing(|about| {
            Box::pin(async move {
                std::thread::sleep(about);
            })
        })
    }

    /// Waits with the timer of the caller's runtime.
    ///
    /// # Example
    /// ```
    /// use office_core::{MemoryStore, Office, System};
    ///
    /// let system = System::pausing(|about| Box::pin(tokio::time::sleep(about)));
    /// let office = Office::on(MemoryStore::new()).within(system);
    /// # let _ = office;
    /// ```
    pub fn pausing(pause: impl Fn(Duration) -> Pause + Send + Sync + 'static) -> Self {
        Self { pause: Arc::new(pause) }
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").finish_non_exhaustive()
    }
}

impl Environment for System {
    fn millis(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is where the machine's clock comes in")]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn random(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is where the machine's dice come in")]
        let uuid = Uuid::new_v4();
        let (high, low) = uuid.as_u64_pair();
        high.rotate_left(17) ^ low
    }

    fn pause(&self, about: Duration) -> Pause {
        (self.pause)(about)
    }
}

async fn yields(about: Duration) {
    let mut left = about.as_micros() / 20;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left = left.saturating_sub(1);
        std::thread::yield_now();
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
