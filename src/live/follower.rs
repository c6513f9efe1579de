//! Somebody who follows one thing over a connection of their own, until they may not any more.

use std::collections::VecDeque;
use std::sync::Arc;

use app::Actor;
use kernel::{Error, Result, problems};
use people::sessions::{Token, authenticate};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::cursor::position;
use crate::followed::Followed;
use crate::happening::Told;
use crate::hub::{Backlog, Hub, Mailbox, News, TOO_MANY_CONNECTIONS};
use crate::interest::Interest;

/// Follows one thing for whoever has a token.
pub struct Follower {
    hub: Arc<Hub>,
    token: Token,
    actor: Actor,
    mailbox: Mailbox,
    news: watch::Receiver<News>,
    followed: Followed,
    /// What was read of the log and is still to be told.
    read: VecDeque<Told>,
    /// When the session ends, unless it is used elsewhere.
    until: Instant,
}

impl Follower {
    /// Begins behind a cursor, or with what happens next.
    pub fn begin(
        hub: &Arc<Hub>,
        token: Token,
        interest: Interest,
        after: Option<&str>,
    ) -> Result<Self> {
        let (actor, until) = permitted(hub, &token, &interest)?;
        let user = actor.require_user()?;
        let mut news = hub.news();
        // The server may be stopping already.
        news.mark_changed();
        let mut mailbox = hub.join(user).ok_or_else(|| TOO_MANY_CONNECTIONS.error())?;
        // What is committed from here on the hub tells; what was before, the log.
        mailbox.want(0, interest.clone());
        let position = position(&hub.app().snapshot(), after)?;
        Ok(Self {
            hub: Arc::clone(hub),
            token,
            actor,
            mailbox,
            news,
            followed: Followed::behind(position, interest),
            read: VecDeque::new(),
            until,
        })
    }

    /// The place in the log up to which all has been told.
    pub fn position(&self) -> eventlog::Position {
        self.read.front().map_or(self.followed.position, |told| {
            told.position.saturating_sub(1)
        })
    }

    /// Who follows, as of the last that was told.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What waits while nobody asks for it.
    pub fn backlog(&self) -> Backlog {
        self.mailbox.backlog()
    }

    /// The next that is to be told; nothing when the server stops, the session is over or may not
    /// be told any more. Nothing is lost when this is dropped before it is ready.
    pub async fn next(&mut self) -> Result<Option<Told>> {
        loop {
            if let Some(told) = self.read.pop_front() {
                return Ok(self.may_go_on()?.then_some(told));
            }
            self.look_for_gaps();
            if self.followed.behind {
                let stretch = self.followed.stretch(self.hub.app())?;
                self.followed.position = stretch.position;
                self.followed.behind = !stretch.is_last;
                self.read.extend(stretch.told);
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                Some((_, told)) = self.mailbox.next() => {
                    self.look_for_gaps();
                    if self.followed.waits_for(&told) {
                        self.followed.position = told.position;
                        self.read.push_back(told);
                    }
                }
                changed = self.news.changed() => {
                    let leaving = changed.is_err() || self.news.borrow_and_update().leaving;
                    if leaving || !self.may_go_on()? {
                        return Ok(None);
                    }
                }
                () = sleep_until(self.until) => if !self.may_go_on()? {
                    return Ok(None);
                },
            }
        }
    }

    /// Has the log read, if the hub could not tell everything.
    fn look_for_gaps(&mut self) {
        self.followed.behind |= self.mailbox.has_missed();
    }

    fn may_go_on(&mut self) -> Result<bool> {
        match permitted(&self.hub, &self.token, &self.followed.interest) {
            Ok((actor, until)) => {
                (self.actor, self.until) = (actor, until);
                Ok(true)
            }
            Err(Error::Refused(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}

/// Whoever has the token, as of now, and until when; refused if they may not be told.
fn permitted(hub: &Hub, token: &Token, interest: &Interest) -> Result<(Actor, Instant)> {
    let (app, snapshot) = (hub.app(), hub.app().snapshot());
    let now = app.now();
    let found = authenticate(&snapshot, token, now)?;
    let found = found.ok_or_else(|| problems::UNAUTHENTICATED.error())?;
    interest.require(&snapshot, &found.actor)?;
    Ok((found.actor, Instant::now() + found.until.since(now)))
}
