//! How a connection is made, and what is listened for on it.

use std::future::{Future, poll_fn};
use std::pin::Pin;

use deadpool_postgres::Connect;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, Socket};

/// Connects, and breaks the connection off where the server warns that it acknowledges what it did not replicate.
#[derive(Debug)]
pub(crate) struct Link<T> {
    pub(crate) tls: T,
}

impl<T> Connect for Link<T>
where
    T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let (tls, config) = (self.tls.clone(), config.clone());
        Box::pin(async move {
            let (client, connection) = config.connect(tls).await?;
            Ok((client, tokio::spawn(listen(connection))))
        })
    }
}

/// Serves the connection until it ends.
///
/// A commit whose wait for a standby is cancelled is in the log of one machine alone, and yet PostgreSQL answers it like any
/// other. The warning comes before the end of that answer: with the connection gone by then, the outcome is unknown to whoever
/// commits, and is found out.
async fn listen<S, T>(mut connection: Connection<S, T>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        let AsyncMessage::Notice(notice) = message else { continue };
        // In the server's language, but where it stands in its source is not translated.
        if notice.routine() == Some("SyncRepWaitForLSN") {
            return;
        }
    }
}
