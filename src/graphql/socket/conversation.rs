//! The conversation with one client: who they are, what they follow, and what they are told.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use app::Actor;
use async_graphql::Variables;
use async_graphql::parser::types::ExecutableDocument;
use eventlog::head;
use live::{Followed, Mailbox, News, Told, cursor};
use people::sessions::{Authenticated, Token, TouchSession, authenticate};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::line::{End, Event, Line};
use super::protocol::{Asked, Close, Heard, Said};
use crate::api::Api;
use crate::view::View;

/// How long a client may take to say who they are.
const GREETING_MAX: Duration = Duration::from_secs(5);
/// How often a client is asked whether they are there. One that did not answer by the next time
/// is not.
const PING_EVERY: Duration = Duration::from_secs(30);
/// The most messages from a client in a second.
const MESSAGES_PER_SECOND: u32 = 20;
/// The most subscriptions of a connection.
const SUBSCRIPTIONS_MAX: usize = 100;
/// The most bytes that the messages with the subscriptions of a connection had.
const SUBSCRIPTIONS_BYTES_MAX: usize = 256 * 1024;

/// The conversation over a new line, until it ends. The token is that of the request's header.
pub(super) async fn converse<S>(api: Api, token: Option<Token>, line: Line<S>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let now = Instant::now();
    let mut news = api.hub().news();
    // The server may be stopping already.
    news.mark_changed();
    let mut conversation = Conversation {
        news,
        api,
        line,
        guest: None,
        token,
        subscriptions: HashMap::new(),
        numbered: 0,
        heard: (now, 0),
        ping_at: now + PING_EVERY,
        answered: true,
        greeting_until: now + GREETING_MAX,
    };
    let end = match conversation.run().await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    let Conversation { line, guest, .. } = conversation;
    // Nothing more is put into the mailbox while the line is closed.
    drop(guest);
    line.end(end).await;
}

struct Conversation<S> {
    api: Api,
    line: Line<S>,
    news: watch::Receiver<News>,
    guest: Option<Guest>,
    token: Option<Token>,
    /// By number, which is what the hub knows them by.
    subscriptions: HashMap<u64, Subscription>,
    numbered: u64,
    /// When the running second began, and how many messages have come in it.
    heard: (Instant, u32),
    ping_at: Instant,
    answered: bool,
    greeting_until: Instant,
}

/// Who the client has shown to be.
struct Guest {
    token: Token,
    actor: Actor,
    /// When the session ends, unless it is used elsewhere.
    until: Instant,
    mailbox: Mailbox,
}

/// Something that is followed.
struct Subscription {
    /// What the client calls it.
    id: String,
    bytes: usize,
    query: Query,
    followed: Followed,
}

/// What is executed for each thing to be told.
#[derive(Clone)]
pub(crate) struct Query {
    pub(crate) document: ExecutableDocument,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Variables,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<S> {
    async fn run(&mut self) -> Result<Infallible, End> {
        loop {
            let behind =
                self.line.is_idle() && self.subscriptions.values().any(|one| one.followed.behind);
            let until = self.guest.as_ref().map(|guest| guest.until);
            let due = self.ping_at.min(until.unwrap_or(self.greeting_until));
            tokio::select! {
                event = self.line.next() => match event? {
                    Event::Text(text) => self.hear(&text).await?,
                    Event::Alive => self.count()?,
                    Event::Sent => {}
                },
                Some((subscription, told)) = next_of(&mut self.guest) => {
                    self.tell(subscription, told).await?;
                }
                () = std::future::ready(()), if behind => self.read_on().await?,
                changed = self.news.changed() => {
                    if changed.is_err() || self.news.borrow_and_update().leaving {
                        return Err(Close::LEAVING.into());
                    }
                    self.look_again()?;
                }
                () = sleep_until(due) => self.look_at_the_clock()?,
            }
        }
    }

    /// Counts what came from the client.
    fn count(&mut self) -> Result<(), Close> {
        self.answered = true;
        let (since, so_far) = &mut self.heard;
        if since.elapsed() >= Duration::from_secs(1) {
            (*since, *so_far) = (Instant::now(), 0);
        }
        *so_far += 1;
        if *so_far > MESSAGES_PER_SECOND {
            return Err(Close::TOO_MANY_MESSAGES);
        }
        Ok(())
    }

    async fn hear(&mut self, text: &str) -> Result<(), End> {
        self.count()?;
        match serde_json::from_str(text).map_err(|_| Close::INVALID)? {
            Heard::ConnectionInit { .. } if self.guest.is_some() => {
                Err(Close::GREETED_TWICE.into())
            }
            Heard::ConnectionInit { payload } => {
                self.greet(payload.unwrap_or_default().authorization).await
            }
            Heard::Subscribe { id, payload } => self.subscribe(id, payload, text.len()).await,
            Heard::Complete { id } => {
                let known = self.subscriptions.iter().find(|(_, one)| one.id == id);
                if let Some(number) = known.map(|(number, _)| *number) {
                    self.give_up(number);
                }
                Ok(())
            }
            Heard::Ping {} => Ok(self.line.say(Said::Pong.text())?),
            Heard::Pong {} => Ok(()),
        }
    }

    async fn greet(&mut self, authorization: Option<String>) -> Result<(), End> {
        let token = match authorization {
            Some(text) => Token::in_authorization(&text),
            None => self.token.take(),
        };
        let token = token.ok_or(Close::UNAUTHENTICATED)?;
        let app = self.api.app();
        let snapshot = app.snapshot();
        let found = authenticate(&snapshot, &token, app.now()).map_err(fault)?;
        let Authenticated { actor, touch, .. } = found.ok_or(Close::UNAUTHENTICATED)?;
        if touch {
            let touched = TouchSession {
                token: token.clone(),
            };
            app.run(actor.clone(), touched).await.map_err(fault)?;
        }
        let user = actor.require_user().map_err(fault)?;
        let mailbox = self.api.hub().join(user);
        let mailbox = mailbox.ok_or(Close::TOO_MANY_CONNECTIONS)?;
        let newest = cursor(head(&snapshot).map_err(fault)?).to_string();
        let (actor, until) = recognise(&self.api, &token)?;
        self.guest = Some(Guest {
            token,
            actor,
            until,
            mailbox,
        });
        Ok(self.line.say(Said::welcome(&newest).text())?)
    }

    async fn subscribe(&mut self, id: String, asked: Asked, bytes: usize) -> Result<(), End> {
        let guest = self.guest.as_mut().ok_or(Close::UNAUTHENTICATED)?;
        if self.subscriptions.values().any(|one| one.id == id) {
            return Err(Close::taken(&id).into());
        }
        let together: usize = self.subscriptions.values().map(|one| one.bytes).sum();
        if self.subscriptions.len() >= SUBSCRIPTIONS_MAX
            || together + bytes > SUBSCRIPTIONS_BYTES_MAX
        {
            return Err(Close::TOO_MANY_SUBSCRIPTIONS.into());
        }
        let view = View::new(self.api.app().clone(), guest.actor.clone());
        let (query, followed) = match self.api.begin(view, asked).await {
            Ok(begun) => begun,
            Err(errors) => {
                let (id, payload) = (id.as_str(), errors.as_slice());
                return Ok(self.line.say(Said::Error { id, payload }.text())?);
            }
        };
        let Some(followed) = followed else {
            return Ok(self.line.say(Said::Complete { id: &id }.text())?);
        };
        self.numbered += 1;
        // What is committed from here on the hub tells; what was before, the log.
        let interest = followed.interest.clone();
        guest.mailbox.want(self.numbered, interest);
        let subscription = Subscription {
            id,
            bytes,
            query,
            followed,
        };
        self.subscriptions.insert(self.numbered, subscription);
        Ok(())
    }

    fn give_up(&mut self, number: u64) {
        self.subscriptions.remove(&number);
        if let Some(guest) = &mut self.guest {
            guest.mailbox.unwant(number);
        }
    }

    /// Tells what the hub handed over.
    async fn tell(&mut self, number: u64, told: Told) -> Result<(), End> {
        self.look_for_gaps();
        let waits = self.subscriptions.get(&number);
        if waits.is_some_and(|one| one.followed.waits_for(&told)) {
            self.deliver(number, told).await?;
        }
        Ok(())
    }

    /// Has subscriptions read on from the log, if the hub could not tell everything.
    fn look_for_gaps(&mut self) {
        if self
            .guest
            .as_ref()
            .is_some_and(|guest| guest.mailbox.has_missed())
        {
            for subscription in self.subscriptions.values_mut() {
                subscription.followed.behind = true;
            }
        }
    }

    /// Reads some of the log for one that is behind, as much as the line has room for.
    async fn read_on(&mut self) -> Result<(), End> {
        let mut subscriptions = self.subscriptions.iter_mut();
        let behind = subscriptions.find(|(_, one)| one.followed.behind);
        let Some((&number, subscription)) = behind else {
            return Ok(());
        };
        let followed = &mut subscription.followed;
        let stretch = followed.stretch(self.api.app()).map_err(fault)?;
        followed.behind = !stretch.is_last;
        for told in stretch.told {
            self.deliver(number, told).await?;
            if !self.line.has_room()
                && let Some(subscription) = self.subscriptions.get_mut(&number)
            {
                subscription.followed.behind = true;
                return Ok(());
            }
        }
        if let Some(subscription) = self.subscriptions.get_mut(&number) {
            subscription.followed.position = stretch.position;
        }
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Tells a subscription of something, as the person sees it now.
    async fn deliver(&mut self, number: u64, told: Told) -> Result<(), End> {
        let Some(guest) = &self.guest else {
            return Ok(());
        };
        let Some(subscription) = self.subscriptions.get_mut(&number) else {
            return Ok(());
        };
        let (actor, _) = recognise(&self.api, &guest.token)?;
        let view = View::new(self.api.app().clone(), actor);
        let followed = &mut subscription.followed;
        let permitted = followed.interest.require(view.snapshot(), view.actor());
        permitted.map_err(lost)?;
        let (query, position) = (subscription.query.clone(), told.position);
        for response in self.api.tell(view, query, told).await {
            let (id, payload) = (subscription.id.as_str(), &response);
            self.line.say(Said::Next { id, payload }.text())?;
        }
        subscription.followed.position = position;
        Ok(())
    }

    /// Looks whether the person may still be told what they asked for.
    fn look_again(&mut self) -> Result<(), End> {
        self.look_for_gaps();
        let Some(guest) = &mut self.guest else {
            return Ok(());
        };
        let (actor, until) = recognise(&self.api, &guest.token)?;
        (guest.actor, guest.until) = (actor, until);
        let (snapshot, actor) = (self.api.app().snapshot(), &guest.actor);
        let mut followed = self.subscriptions.values().map(|one| &one.followed);
        followed.try_for_each(|one| one.interest.require(&snapshot, actor).map_err(lost))
    }

    /// Looks what is due: the greeting, the end of the session, a ping or its answer.
    fn look_at_the_clock(&mut self) -> Result<(), End> {
        let now = Instant::now();
        match &self.guest {
            None if now >= self.greeting_until => return Err(Close::UNAUTHENTICATED.into()),
            Some(guest) if now >= guest.until => self.look_again()?,
            None | Some(_) => {}
        }
        if now >= self.ping_at {
            if !self.answered {
                return Err(Close::SILENT.into());
            }
            self.answered = false;
            self.line.ping();
            self.ping_at = now + PING_EVERY;
        }
        Ok(())
    }
}

/// What the hub hands over next. Before the greeting there is nothing.
async fn next_of(guest: &mut Option<Guest>) -> Option<(u64, Told)> {
    guest.as_mut()?.mailbox.next().await
}

/// Whoever has the token, as of now, and until when.
fn recognise(api: &Api, token: &Token) -> Result<(Actor, Instant), End> {
    let (app, now) = (api.app(), api.app().now());
    let found = authenticate(&app.snapshot(), token, now).map_err(fault)?;
    let found = found.ok_or(Close::SESSION_OVER)?;
    Ok((found.actor, Instant::now() + found.until.since(now)))
}

/// Why somebody is not told any more what they were told before.
fn lost(error: kernel::Error) -> End {
    match error {
        kernel::Error::Refused(_) => Close::FORBIDDEN.into(),
        kernel::Error::Fault(_) => fault(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn fault(error: kernel::Error) -> End {
    tracing::error!(%error, "a live connection failed");
    Close::FAULT.into()
}
