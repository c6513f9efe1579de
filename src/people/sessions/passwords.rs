//! Passwords and the threads that hash them.
//!
//! Argon2id with the parameters of OWASP's minimum (19 MiB, two passes, one lane) takes some 40 ms
//! of a core, so hashing has threads of its own behind a short queue: when it is full the answer
//! is `SIGN_IN_BUSY` at once, and everything else stays fast.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHash as Phc, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;

use app::{Pool, Secret};
use kernel::{Fault, Result};

use super::problems::{PASSWORD_LENGTH, SIGN_IN_BUSY};
use super::strength::{Owner, require_strong};

const CHARS_MIN: usize = 8;
const CHARS_MAX: usize = 128;
/// What a hash costs.
const COSTS: Params = Params::DEFAULT;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const _: () = assert!(
    Params::DEFAULT_M_COST == MEMORY_KIB
        && Params::DEFAULT_T_COST == PASSES
        && Params::DEFAULT_P_COST == LANES
);
/// The most hashes that wait for a thread, beside those that are computed.
const QUEUE_MAX: usize = 64;

/// A password as somebody typed it, in composed form. Its debug form does not show it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// A password to be set: 8 to 128 characters, and not one that is easily guessed.
    pub fn choose(text: &str, owner: &Owner<'_>) -> Result<Self> {
        if !(CHARS_MIN..=CHARS_MAX).contains(&text.chars().take(CHARS_MAX + 1).count()) {
            return Err(PASSWORD_LENGTH.on("password"));
        }
        require_strong(text, owner)?;
        Ok(Self(text.nfc().collect()))
    }

    /// A password as it is, to be compared or for a school that is made up: its length is checked
    /// before anything is computed from it.
    pub fn offer(text: &str) -> Result<Self> {
        if text.is_empty() || text.chars().take(CHARS_MAX + 1).count() > CHARS_MAX {
            return Err(PASSWORD_LENGTH.on("password"));
        }
        Ok(Self(text.nfc().collect()))
    }

    /// The hash to keep, computed on this thread. `salt` is fresh.
    pub fn hash(&self, salt: &Secret) -> Result<PasswordHash> {
        self.hash_at(&COSTS, salt)
    }

    fn hash_at(&self, costs: &Params, salt: &Secret) -> Result<PasswordHash> {
        let (salt, _) = salt.0.split_at(16);
        let salt = SaltString::encode_b64(salt).map_err(|error| fault(&error))?;
        let hash = argon2(costs)
            .hash_password(self.0.as_bytes(), &salt)
            .map_err(|error| fault(&error))?;
        Ok(PasswordHash(hash.to_string()))
    }

    /// Compares it with a hash, on this thread. A hash that was computed in another way than is
    /// right now is computed anew with `salt`.
    fn compare(&self, hash: &PasswordHash, costs: &Params, salt: &Secret) -> Result<Compared> {
        let phc = Phc::new(&hash.0).map_err(|error| fault(&error))?;
        if argon2(costs)
            .verify_password(self.0.as_bytes(), &phc)
            .is_err()
        {
            return Ok(Compared::Wrong);
        }
        let params = Params::try_from(&phc).map_err(|error| fault(&error))?;
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        let current = phc.algorithm == Algorithm::Argon2id.ident() && cost(&params) == cost(costs);
        let renewed = if current {
            None
        } else {
            Some(self.hash_at(costs, salt)?)
        };
        Ok(Compared::Right { renewed })
    }
}

/// What came of comparing a password with a hash.
#[derive(Debug)]
pub(crate) enum Compared {
    /// It is another, or there is none.
    Wrong,
    /// It is the one.
    Right {
        /// The hash to keep from now on, if not the same.
        renewed: Option<PasswordHash>,
    },
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A PHC string. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub(crate) fn stored(phc: String) -> Self {
        Self(phc)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash of no password, which is compared where there is none, so that everything takes as
    /// long as with one.
    fn of_nothing(costs: &Params) -> Self {
        let (memory, passes, lanes) = (costs.m_cost(), costs.t_cost(), costs.p_cost());
        let (salt, output) = ("A".repeat(22), "A".repeat(43));
        Self(format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${output}"
        ))
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

fn argon2(costs: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, costs.clone())
}

fn fault(error: &argon2::password_hash::Error) -> kernel::Error {
    Fault::new(format!("hashing a password: {error}")).into()
}

/// The threads that hash, behind a bounded queue. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Hashers {
    pool: Pool,
    hashed: Arc<AtomicU64>,
    costs: Params,
    nothing: PasswordHash,
}

impl fmt::Debug for Hashers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hashers").finish_non_exhaustive()
    }
}

impl Hashers {
    /// Starts this many threads; one a core is right.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        Self::start_at(COSTS, threads)
    }

    /// The same for hashes that cost something else.
    pub(crate) fn start_at(costs: Params, threads: usize) -> std::io::Result<Self> {
        Ok(Self {
            pool: Pool::start("hasher", threads, QUEUE_MAX, SIGN_IN_BUSY)?,
            hashed: Arc::default(),
            nothing: PasswordHash::of_nothing(&costs),
            costs,
        })
    }

    /// How often a password was hashed or compared since the start.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    /// The hash to keep of a password.
    pub async fn hash(&self, password: Password, salt: Secret) -> Result<PasswordHash> {
        let (place, costs) = (self.place()?, self.costs.clone());
        let hash = move || password.hash_at(&costs, &salt);
        place.work(hash).await
    }

    /// A place in the queue, or `SIGN_IN_BUSY`.
    pub(crate) fn place(&self) -> Result<Place> {
        Ok(Place {
            place: self.pool.place()?,
            hashers: self.clone(),
        })
    }
}

/// A place in the queue, taken before anything is counted that a full queue would make vain.
pub(crate) struct Place {
    hashers: Hashers,
    place: app::Place,
}

impl Place {
    /// Compares a password with a hash; with none it is wrong after as long a time.
    pub(crate) async fn compare(
        self,
        password: Password,
        hash: Option<PasswordHash>,
        salt: Secret,
    ) -> Result<Compared> {
        let costs = self.hashers.costs.clone();
        let hash = hash.unwrap_or_else(|| self.hashers.nothing.clone());
        self.work(move || password.compare(&hash, &costs, &salt))
            .await
    }

    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let hashed = self.hashers.hashed;
        let counted = move || {
            hashed.fetch_add(1, Ordering::Relaxed);
            work()
        };
        self.place.work(counted).await
    }
}
