//! Configuration: flags over environment (`EDUSPHERE__LISTEN`) over file over defaults.
//!
//! Only this module reads the environment.

mod rules;
mod search;
mod sources;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use courses::files::Limits as FileLimits;
use eventlog::{Limits, Stream};
use operations::webhooks::AllowedHosts;
use people::tries::FAILURES_PER_ADDRESS;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::search::SearchConfig;
use self::sources::{SECRETS, Sources, leaves};
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
    /// Whether a data directory on what may not keep it is refused.
    pub(crate) strict: bool,
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
    /// How much of what happened is kept.
    pub(crate) streams: Streams,
    /// Where what happened may be sent.
    pub(crate) webhooks: Webhooks,
    /// How search is set up.
    pub(crate) search: SearchConfig,
}

/// Where what happened may be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Webhooks {
    /// Receivers in the school's own network, each as `host:port`, that may have any address and
    /// speak plain HTTP.
    pub(crate) allowed_hosts: Vec<String>,
}

impl Webhooks {
    /// The same as webhooks are held to.
    pub(crate) fn allowed(&self) -> AllowedHosts {
        AllowedHosts::new(self.allowed_hosts.iter().cloned())
    }
}

/// How much each stream of the event log keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Streams {
    /// Courses, their content, enrolment and discussion.
    pub(crate) courses: StreamLimits,
    /// People, their sessions and roles.
    pub(crate) users: StreamLimits,
    /// Assignments, submissions, grades.
    pub(crate) assignments: StreamLimits,
    /// What learners do, for statistics.
    pub(crate) analytics: StreamLimits,
    /// The tutor.
    pub(crate) ai: StreamLimits,
}

impl Streams {
    /// The same as the event log takes it.
    pub(crate) fn limits(&self) -> Vec<(Stream, Limits)> {
        let each = [
            (Stream::Courses, &self.courses),
            (Stream::Users, &self.users),
            (Stream::Assignments, &self.assignments),
            (Stream::Analytics, &self.analytics),
            (Stream::Ai, &self.ai),
        ];
        let each = each.into_iter();
        each.map(|(stream, limits)| (stream, limits.limits()))
            .collect()
    }
}

/// How much a stream keeps. Whatever is reached first counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "each setting says of what it is the most"
)]
pub(crate) struct StreamLimits {
    /// How long an event is kept, in hours; 0 for ever.
    pub(crate) max_age_hours: u64,
    /// The most bytes of events, in GB.
    pub(crate) max_gb: u64,
    /// The most events.
    pub(crate) max_messages: u64,
}

/// One GB, in bytes.
const GB: u64 = 1_000_000_000;

impl Default for StreamLimits {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            max_age_hours: limits.max_age_s / 3_600,
            max_gb: limits.max_bytes / GB,
            max_messages: limits.max_messages,
        }
    }
}

impl StreamLimits {
    fn limits(&self) -> Limits {
        Limits {
            max_age_s: self.max_age_hours.saturating_mul(3_600),
            max_bytes: self.max_gb.saturating_mul(GB),
            max_messages: self.max_messages,
            ..Limits::default()
        }
    }
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
        let limits = FileLimits::default();
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
    pub(crate) fn limits(&self) -> FileLimits {
        FileLimits {
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
            strict: false,
            max_connections: 10_000,
            max_connections_per_address: 1_000,
            user_requests_per_second: 1_000,
            user_requests_burst: 5_000,
            anonymous_requests_per_second: 100,
            anonymous_requests_burst: 2_000,
            failed_sign_ins_per_address: FAILURES_PER_ADDRESS,
            public_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics_token: None,
            graphql_introspection: false,
            school: SchoolConfig::default(),
            files: Files::default(),
            streams: Streams::default(),
            webhooks: Webhooks::default(),
            search: SearchConfig::default(),
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
    /// `--strict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) strict: Option<bool>,
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

    /// The configuration, from all its sources; every mistake is named.
    pub(crate) fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, Exit> {
        let (config, mistakes) = Self::examine(file, flags)?;
        match config.filter(|_| mistakes.is_empty()) {
            Some(loaded) => Ok(loaded.config),
            None => Err(Exit::new(Exit::CONFIG, explain(&mistakes))),
        }
    }

    /// The configuration, as far as it can be made, and what is wrong with it.
    pub(crate) fn examine(
        file: Option<&Path>,
        flags: &Flags,
    ) -> Result<(Option<Loaded>, Vec<String>), Exit> {
        let mut sources = Sources::read(file, flags)?;
        let config = sources.config();
        let mut mistakes = std::mem::take(&mut sources.mistakes);
        for (name, sentence) in config.iter().flat_map(rules::mistakes) {
            mistakes.push(format!("{}: {sentence}", sources.origin(name)));
        }
        let loaded = config.map(|config| Loaded { config, sources });
        Ok((loaded, mistakes))
    }
}

/// The token of an administrator, for a command that asks a running server.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads the environment"
)]
pub(crate) fn token() -> Option<String> {
    std::env::var("EDUSPHERE_TOKEN").ok()
}

/// A configuration, and where each part of it comes from.
pub(crate) struct Loaded {
    config: Config,
    sources: Sources,
}

impl fmt::Display for Loaded {
    /// As a file would say it, without what nobody else may read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaves = leaves(&self.config);
        let (within, alone): (Vec<_>, Vec<_>) =
            leaves.iter().partition(|(name, _)| name.contains('.'));
        let mut section = "";
        for (name, value) in alone.into_iter().chain(within) {
            let origin = self.sources.origin(name);
            let (of, word) = name.split_once('.').unwrap_or(("", name));
            if of != section {
                section = of;
                writeln!(f, "\n[{section}]")?;
            }
            match value {
                Value::Null => writeln!(f, "# {word} is not set")?,
                _ if SECRETS.contains(&name.as_str()) => {
                    writeln!(f, "{word} = \"********\" # {origin}")?;
                }
                Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => writeln!(f, "{word} = {value} # {origin}")?,
            }
        }
        Ok(())
    }
}

/// A sentence for each thing that is wrong.
fn explain(mistakes: &[String]) -> String {
    format!("the configuration is not right: {}", mistakes.join("; "))
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
            ..Flags::default()
        };
        let config = Config::load(Some(&file), &flags).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "warn"));
        assert_eq!(config.data_dir, Path::new("edusphere-data"));
    }

    fn mistakes(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("e.toml");
        fs_err::write(&file, text).unwrap();
        let (_, mistakes) = Config::examine(Some(&file), &Flags::default()).unwrap();
        let folder = format!("{}/", root.path().display());
        let named = mistakes.iter().map(|mistake| mistake.replace(&folder, ""));
        named.collect()
    }

    #[test]
    fn every_mistake_of_a_file_is_named_with_its_place() {
        let text =
            "lisen = 1\nlog = 5\n\n[school]\ntime_zon = \"UTC\"\n  cache_mib = 1\n[else]\nx = 1\n";
        assert_eq!(
            mistakes(text),
            [
                "e.toml:1:1: there is no setting `lisen`; did you mean `listen`?",
                "e.toml:2:1: `log`: invalid type: found signed int `5`, expected a string",
                "e.toml:5:1: there is no setting `school.time_zon`; did you mean `time_zone` of [school]?",
                "e.toml:6:3: there is no setting `school.cache_mib`; did you mean `cache_mib`?",
                "e.toml:8:1: there is no setting `else.x`; `edusphere config show` lists them all",
            ]
        );
        let said = mistakes("cache_mib = 0\nlisten = \"127.0.0.1:99999\"\n");
        assert!(said[0].starts_with("e.toml:2:1: `listen`"), "{said:?}");
        let said = mistakes("log = \n");
        assert!(said[0].starts_with("e.toml:1:"), "{said:?}");
        let said = mistakes("[files]\nupload_mib = 0\n");
        assert_eq!(
            said,
            ["e.toml:2:1: `files.upload_mib` is 0 and must be from 1 to 1048576"]
        );
    }

    #[test]
    fn what_is_shown_can_be_read_again_and_holds_no_secret() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("e.toml");
        fs_err::write(&file, "metrics_token = \"canary\"\nlog = \"warn\"\n").unwrap();
        let examine = || Config::examine(Some(&file), &Flags::default()).unwrap();
        let open = std::fs::Permissions::from_mode(0o644);
        fs_err::set_permissions(&file, open).unwrap();
        let mistakes = examine().1;
        assert!(mistakes[0].contains("chmod 600"), "{mistakes:?}");
        let closed = std::fs::Permissions::from_mode(0o600);
        fs_err::set_permissions(&file, closed).unwrap();
        let (loaded, mistakes) = examine();
        assert_eq!(mistakes, [""; 0]);
        let shown = loaded.unwrap().to_string();
        assert!(!shown.contains("canary"), "{shown}");
        let line = format!("log = \"warn\" # {}:2:1", file.display());
        assert!(shown.contains(&line), "{shown}");
        fs_err::write(&file, &shown).unwrap();
        let again = Config::load(Some(&file), &Flags::default()).unwrap();
        let defaults = Config {
            log: "warn".to_owned(),
            metrics_token: Some("********".to_owned()),
            ..Config::default()
        };
        assert_eq!(again, defaults);
    }
}
