//! What a session is and when it ends. Pure.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use app::{Secret, SessionId, UserId};
use kernel::Timestamp;

/// How long a session lasts at most.
pub(crate) const LIFETIME: Duration = Duration::from_hours(24);
/// How long a session lasts without a request.
pub(crate) const IDLE_MAX: Duration = Duration::from_hours(8);
/// How much later than the last noted request a request is noted again.
pub(crate) const TOUCH_AFTER: Duration = Duration::from_mins(5);

/// The most sessions of one person: one more ends the oldest.
pub(crate) const SESSIONS_MAX: usize = 250;
/// How much is kept of what a client calls itself, in characters.
const AGENT_CHARS_MAX: usize = 200;
const TOKEN_PREFIX: &str = "edu_";

/// A signed-in person's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Names the session in the log; it lets nobody in.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// Since when.
    pub started_at: Timestamp,
    /// The last request that was noted, at most five minutes before the last there was.
    pub seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// Where it began.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// With which program, as that called itself.
    #[serde(default)]
    pub agent: Option<String>,
}

impl Session {
    /// When it ends, if it is not used any more.
    pub(crate) fn until(&self) -> Timestamp {
        self.expires_at.min(self.seen_at.plus(IDLE_MAX))
    }

    /// Whether it still holds.
    pub(crate) fn holds(&self, now: Timestamp) -> bool {
        now < self.until()
    }
}

/// Where somebody signs in from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub(super) address: IpAddr,
    pub(super) agent: Option<String>,
}

impl Client {
    /// A client at this address, and what it calls itself, in one line and shortened.
    pub fn at(address: IpAddr, agent: Option<&str>) -> Self {
        let agent = agent.map(|agent| {
            let shown = agent.chars().filter(|c| !c.is_control());
            shown.take(AGENT_CHARS_MAX).collect()
        });
        Self {
            address: address.to_canonical(),
            agent,
        }
    }

    /// The address.
    pub fn address(&self) -> IpAddr {
        self.address
    }
}

/// A session that is to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Who proved who they are.
    pub user: UserId,
    /// The token to recognise them by, fresh.
    pub token: Token,
    /// Where they are.
    pub client: Client,
}

/// What a client shows to be recognised. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token of a secret: `edu_` and 64 hexadecimal digits.
    pub fn new(secret: &Secret) -> Self {
        let digits = blake3::Hash::from_bytes(secret.0).to_hex();
        Self(format!("{TOKEN_PREFIX}{digits}"))
    }

    /// The token in a request; `None` for a text that cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(TOKEN_PREFIX)?;
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        (digits.len() == 64 && digits.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// The token in an `Authorization` header: `Bearer edu_...`.
    pub fn in_authorization(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            Self::parse(token.trim())
        } else {
            None
        }
    }

    /// What the store keeps in its place.
    pub(crate) fn hash(&self) -> [u8; 32] {
        blake3::hash(self.0.as_bytes()).into()
    }

    /// The text, for the one answer that hands it out.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
