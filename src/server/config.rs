//! Configuration: flags over environment (`EDUSPHERE__LISTEN`) over file over defaults.
//!
//! Only this module reads the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use courses::files::Limits;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use people::tries::FAILURES_PER_ADDRESS;
use serde::{Deserialize, Serialize};

use crate::edge::{Caps, Doors, Rate, Rules, Timeouts};
use crate::exit::Exit;

/// Everything that can be set. The defaults are for production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The folder of the school's data.
    pub(crate) data_dir: PathBuf,
    /// The address and port to listen at.
    pub(crate) listen: SocketAddr,
    /// Which messages are logged, in the syntax of `tracing`: `info`, `info,edusphere_store=debug`.
    pub(crate) log: String,
    /// Memory for blocks of records read from disk, and as much again for decoded ones, in MiB.
    pub(crate) cache_mib: u64,
    /// The most connections at a time.
    pub(crate) max_connections: usize,
    /// The most connections at a time from one address.
    pub(crate) max_connections_per_address: usize,
    /// Requests a second of one person who is signed in, in the long run.
    pub(crate) user_requests_per_second: u32,
    /// Requests of one person at once, after a pause.
    pub(crate) user_requests_burst: u32,
    /// Requests a second from one address without a session, in the long run.
    pub(crate) anonymous_requests_per_second: u32,
    /// Requests from one address without a session at once, after a pause.
    pub(crate) anonymous_requests_burst: u32,
    /// Failed tries to sign in from one address within a quarter of an hour.
    pub(crate) failed_sign_ins_per_address: u32,
    /// The origins, beside the server's own, whose pages may change things.
    pub(crate) public_origins: Vec<String>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// The bearer token that may read `/metrics`.
    pub(crate) metrics_token: Option<String>,
    /// Whether clients may ask for the schema. For developers.
    pub(crate) graphql_introspection: bool,
    /// What holds for the school as a whole.
    pub(crate) school: SchoolConfig,
    /// How much is taken of uploads.
    pub(crate) files: Files,
}

/// What holds for the school as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SchoolConfig {
    /// The IANA time zone that the school's days go by.
    pub(crate) time_zone: String,
}

impl Default for SchoolConfig {
    fn default() -> Self {
        Self {
            time_zone: "UTC".to_owned(),
        }
    }
}

/// How much is taken of uploads, in MiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "each setting says in which unit it is"
)]
pub(crate) struct Files {
    /// The largest file of a course.
    pub(crate) upload_mib: u64,
    /// The largest file of a learner's own.
    pub(crate) own_upload_mib: u64,
    /// All files of one course together.
    pub(crate) course_quota_mib: u64,
    /// All files of one learner together.
    pub(crate) person_quota_mib: u64,
    /// What must stay free on the disk.
    pub(crate) disk_floor_mib: u64,
}

/// One MiB, in bytes.
const MIB: u64 = 1024 * 1024;

impl Default for Files {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            upload_mib: limits.course_file_bytes / MIB,
            own_upload_mib: limits.own_file_bytes / MIB,
            course_quota_mib: limits.course_bytes / MIB,
            person_quota_mib: limits.person_bytes / MIB,
            disk_floor_mib: limits.disk_floor_bytes / MIB,
        }
    }
}

impl Files {
    /// The same in bytes.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            course_file_bytes: self.upload_mib.saturating_mul(MIB),
            own_file_bytes: self.own_upload_mib.saturating_mul(MIB),
            course_bytes: self.course_quota_mib.saturating_mul(MIB),
            person_bytes: self.person_quota_mib.saturating_mul(MIB),
            disk_floor_bytes: self.disk_floor_mib.saturating_mul(MIB),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("edusphere-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            log: "info,fjall=warn,lsm_tree=warn".to_owned(),
            cache_mib: 64,
            max_connections: 10_000,
            max_connections_per_address: 1_000,
            user_requests_per_second: 300,
            user_requests_burst: 3_000,
            anonymous_requests_per_second: 100,
            anonymous_requests_burst: 2_000,
            failed_sign_ins_per_address: FAILURES_PER_ADDRESS,
            public_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics_token: None,
            graphql_introspection: false,
            school: SchoolConfig::default(),
            files: Files::default(),
        }
    }
}

/// What was given on the command line.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Flags {
    /// `--data-dir`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_dir: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<SocketAddr>,
}

impl Config {
    /// Who may connect.
    pub(crate) fn doors(&self) -> Doors {
        Doors {
            caps: Caps {
                total: self.max_connections,
                per_address: self.max_connections_per_address,
            },
            timeouts: Timeouts::default(),
        }
    }

    /// What requests are held to.
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            origins: self.public_origins.clone(),
            proxies: self.trusted_proxies.clone(),
            of_user: Rate {
                per_second: self.user_requests_per_second,
                burst: self.user_requests_burst,
            },
            of_network: Rate {
                per_second: self.anonymous_requests_per_second,
                burst: self.anonymous_requests_burst,
            },
        }
    }

    /// The configuration, from all its sources.
    pub(crate) fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, Exit> {
        let mut sources = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            let text = fs_err::read_to_string(file)
                .map_err(|error| Exit::new(Exit::NO_INPUT, error.to_string()))?;
            sources = sources.merge(Toml::string(&text));
        }
        sources
            .merge(Env::prefixed("EDUSPHERE__").split("__"))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| Exit::new(Exit::CONFIG, explain(&error)))
    }
}

/// A sentence for each thing that is wrong.
fn explain(error: &figment::Error) -> String {
    let sentences: Vec<String> = error
        .clone()
        .into_iter()
        .map(|error| error.to_string())
        .collect();
    format!("the configuration is not right: {}", sentences.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("edusphere.toml");
        fs_err::write(&file, "listen = \"127.0.0.1:1\"\nlog = \"warn\"\n").unwrap();
        let flags = Flags {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))),
            data_dir: None,
        };
        let config = Config::load(Some(&file), &flags).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "warn"));
        assert_eq!(config.data_dir, Path::new("edusphere-data"));
    }

    #[test]
    fn an_unknown_key_and_a_value_of_the_wrong_kind_are_named() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("edusphere.toml");
        for (text, named) in [
            ("lisen = 1", "lisen"),
            ("cache_mib = \"much\"", "cache_mib"),
        ] {
            fs_err::write(&file, text).unwrap();
            let error = Config::load(Some(&file), &Flags::default()).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
