//! The line to a client: messages in, messages out, each within its limits.
//!
//! What is to be sent waits in a queue until the client takes it. Whoever says something never
//! waits; when the queue is full, the client reads too slowly and the line is closed.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::protocol::Close;

/// The longest message from a client, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// How much is read from the network at a time, in bytes.
const READ_BYTES: usize = 4 * 1024;
/// The most messages that wait for the client.
const OUTBOX_MAX: usize = 256;
/// The most bytes that wait for the client.
const OUTBOX_BYTES_MAX: usize = 1024 * 1024;
/// How long a client may take to say goodbye.
const GOODBYE_MAX: Duration = Duration::from_secs(2);

/// What comes to pass on a line.
#[derive(Debug)]
pub(super) enum Event {
    /// The client said something.
    Text(String),
    /// The client answered a ping, or sent one.
    Alive,
    /// Everything that was to be sent has been taken.
    Sent,
}

/// How a line ends.
#[derive(Debug)]
pub(super) enum End {
    /// We close it.
    Close(Close),
    /// The client closes it.
    Goodbye,
    /// The client is gone.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// A line to a client.
pub(super) struct Line<S> {
    socket: WebSocketStream<S>,
    outbox: VecDeque<Message>,
    outbox_bytes: usize,
    /// What comes cannot be understood any more.
    garbled: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// The line over a connection, of which something may have been read already.
    pub(super) async fn over(stream: S, first: Vec<u8>) -> Self {
        let limits = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let socket =
            WebSocketStream::from_partially_read(stream, first, Role::Server, Some(limits)).await;
        Self {
            socket,
            outbox: VecDeque::new(),
            outbox_bytes: 0,
            garbled: false,
        }
    }

    /// Has something sent, as soon as the client takes it.
    pub(super) fn say(&mut self, text: String) -> Result<(), Close> {
        self.outbox_bytes += text.len();
        self.outbox.push_back(Message::text(text));
        // A single long one is no sign of slowness.
        let long = self.outbox_bytes > OUTBOX_BYTES_MAX && self.outbox.len() > 1;
        if self.outbox.len() > OUTBOX_MAX || long {
            return Err(Close::TOO_SLOW);
        }
        Ok(())
    }

    /// Asks whether the client is there.
    pub(super) fn ping(&mut self) {
        self.outbox.push_back(Message::Ping(Bytes::new()));
    }

    /// Whether there is room for more that can as well wait.
    pub(super) fn has_room(&self) -> bool {
        self.outbox.len() < OUTBOX_MAX / 2 && self.outbox_bytes < OUTBOX_BYTES_MAX / 2
    }

    /// Whether everything that was to be sent has been taken.
    pub(super) fn is_idle(&self) -> bool {
        self.outbox.is_empty()
    }

    /// The next that comes to pass; meanwhile what waits is sent. That all has been sent is told
    /// if something was.
    pub(super) async fn next(&mut self) -> Result<Event, End> {
        let mut sending = !self.is_idle();
        poll_fn(|context| {
            match self.poll_send(context) {
                Poll::Ready(Err(error)) => return Poll::Ready(Err(end_of(&error))),
                Poll::Ready(Ok(())) if sending => return Poll::Ready(Ok(Event::Sent)),
                Poll::Ready(Ok(())) => sending = false,
                Poll::Pending => {}
            }
            let heard = std::task::ready!(Pin::new(&mut self.socket).poll_next(context));
            Poll::Ready(match heard {
                None => Err(End::Gone),
                Some(Ok(message)) => event_of(message),
                Some(Err(error)) => {
                    self.garbled = true;
                    Err(end_of(&error))
                }
            })
        })
        .await
    }

    /// Sends what waits, as far as the client takes it. Ready when nothing is left.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.outbox.is_empty() {
            std::task::ready!(Pin::new(&mut self.socket).poll_ready(context))?;
            if let Some(message) = self.outbox.pop_front() {
                if message.is_text() {
                    self.outbox_bytes = self.outbox_bytes.saturating_sub(message.len());
                }
                Pin::new(&mut self.socket).start_send(message)?;
            }
        }
        Pin::new(&mut self.socket).poll_flush(context)
    }

    /// Ends in order: says why, and waits a little for the client to have heard it. What was still
    /// to be sent is dropped.
    pub(super) async fn end(mut self, end: End) {
        self.outbox.clear();
        match end {
            End::Gone => return,
            // The answer to a goodbye is sent while the rest is read.
            End::Goodbye => {}
            End::Close(Close { code, reason }) => {
                let reason = reason.as_ref().into();
                let code = CloseCode::from(code);
                let frame = CloseFrame { code, reason };
                self.outbox.push_back(Message::Close(Some(frame)));
            }
        }
        // A client that does not answer in time is left without.
        drop(timeout(GOODBYE_MAX, self.part()).await);
    }

    async fn part(&mut self) {
        if poll_fn(|context| self.poll_send(context)).await.is_err() {
            return;
        }
        let mut socket = Pin::new(&mut self.socket);
        while let Some(Ok(_)) = poll_fn(|context| socket.as_mut().poll_next(context)).await {}
        if self.garbled {
            // To close while something is unread would break off what has just been sent.
            let mut rest = [0; READ_BYTES];
            let mut stream = Pin::new(self.socket.get_mut());
            let mut read = |context: &mut Context<'_>| {
                let mut rest = ReadBuf::new(&mut rest);
                let read = stream.as_mut().poll_read(context, &mut rest);
                read.map_ok(|()| rest.filled().len())
            };
            while poll_fn(&mut read).await.is_ok_and(|bytes| bytes > 0) {}
        }
    }
}

fn event_of(message: Message) -> Result<Event, End> {
    match message {
        Message::Text(text) => Ok(Event::Text(text.as_str().to_owned())),
        Message::Ping(_) | Message::Pong(_) => Ok(Event::Alive),
        Message::Binary(_) => Err(Close::BINARY.into()),
        Message::Close(_) => Err(End::Goodbye),
        Message::Frame(_) => Err(Close::MALFORMED.into()),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "tungstenite may add ways to fail"
)]
fn end_of(error: &Error) -> End {
    match error {
        Error::Capacity(_) => Close::TOO_LONG.into(),
        Error::Utf8(_) => Close::NOT_UTF8.into(),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) => Close::MALFORMED.into(),
        _ => End::Gone,
    }
}
