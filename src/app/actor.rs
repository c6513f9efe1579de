//! Who asks: a signed-in person, nobody, or a part of the program.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use kernel::{Result, id_kind, problems};

id_kind!(pub UserKind, UserId, "user");
id_kind!(pub SessionKind, SessionId, "session");

/// What somebody is in the school as a whole.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SchoolRole {
    /// Learns, or teaches where a course says so.
    Member,
    /// May create courses and see who is in the school.
    Staff,
    /// May do everything.
    Admin,
}

/// Who asks, and in which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// The W3C trace context of the request, to be kept with the events it causes.
    pub trace_parent: Option<String>,
}

/// Who.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in person.
    User {
        /// The person.
        id: UserId,
        /// The person's role in the school, as of this request.
        role: SchoolRole,
        /// The session they are signed in with.
        session: SessionId,
    },
    /// A part of the program, by its name: the command line, a job.
    Program(&'static str),
}

impl Actor {
    /// Nobody.
    pub const ANONYMOUS: Self = Self {
        who: Who::Anonymous,
        trace_parent: None,
    };

    /// A part of the program. It may do everything.
    pub const fn program(name: &'static str) -> Self {
        Self {
            who: Who::Program(name),
            trace_parent: None,
        }
    }

    /// A signed-in person.
    pub const fn user(id: UserId, role: SchoolRole, session: SessionId) -> Self {
        Self {
            who: Who::User { id, role, session },
            trace_parent: None,
        }
    }

    /// The signed-in person, if one is.
    pub fn user_id(&self) -> Option<UserId> {
        match self.who {
            Who::User { id, .. } => Some(id),
            Who::Anonymous | Who::Program(_) => None,
        }
    }

    /// The session that the signed-in person is signed in with.
    pub fn session(&self) -> Option<SessionId> {
        match self.who {
            Who::User { session, .. } => Some(session),
            Who::Anonymous | Who::Program(_) => None,
        }
    }

    /// The signed-in person; `UNAUTHENTICATED` for anybody else.
    pub fn require_user(&self) -> Result<UserId> {
        self.user_id()
            .ok_or_else(|| problems::UNAUTHENTICATED.error())
    }

    /// Whether the actor may do everything: an administrator or the program itself.
    pub fn is_admin(&self) -> bool {
        match self.who {
            Who::User { role, .. } => role == SchoolRole::Admin,
            Who::Program(_) => true,
            Who::Anonymous => false,
        }
    }

    /// Whether the actor is staff of the school, or more.
    pub fn is_staff(&self) -> bool {
        match self.who {
            Who::User { role, .. } => role >= SchoolRole::Staff,
            Who::Program(_) => true,
            Who::Anonymous => false,
        }
    }

    /// Refuses nobody with `UNAUTHENTICATED`.
    pub fn require_signed_in(&self) -> Result<()> {
        match self.who {
            Who::Anonymous => problems::UNAUTHENTICATED.refuse(),
            Who::User { .. } | Who::Program(_) => Ok(()),
        }
    }

    /// Refuses all but the program itself.
    pub fn require_program(&self) -> Result<()> {
        match self.who {
            Who::Program(_) => Ok(()),
            Who::User { .. } | Who::Anonymous => problems::FORBIDDEN.refuse(),
        }
    }

    /// Refuses all but administrators.
    pub fn require_admin(&self) -> Result<()> {
        self.require_signed_in()?;
        if self.is_admin() {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }

    /// Refuses all but staff of the school.
    pub fn require_staff(&self) -> Result<()> {
        self.require_signed_in()?;
        if self.is_staff() {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Who::Anonymous => f.write_str("anonymous"),
            Who::User { id, .. } => id.fmt(f),
            Who::Program(name) => f.write_str(name),
        }
    }
}
