//! What the values of settings must be, beyond their kind.

use std::ops::RangeInclusive;

use insight::calendar::Calendar;
use operations::webhooks::AllowedHosts;
use serde_json::Value;
use tracing_subscriber::EnvFilter;

use super::Config;
use super::sources::leaves;

/// The range of each number.
const RANGES: [(&str, RangeInclusive<u64>); 31] = [
    ("cache_mib", 1..=1_048_576),
    ("max_connections", 1..=1_000_000),
    ("max_connections_per_address", 1..=1_000_000),
    ("user_requests_per_second", 1..=1_000_000),
    ("user_requests_burst", 1..=1_000_000),
    ("anonymous_requests_per_second", 1..=1_000_000),
    ("anonymous_requests_burst", 1..=1_000_000),
    ("failed_sign_ins_per_address", 1..=1_000_000),
    ("files.upload_mib", 1..=1_048_576),
    ("files.own_upload_mib", 1..=1_048_576),
    ("files.course_quota_mib", 1..=1_073_741_824),
    ("files.person_quota_mib", 1..=1_073_741_824),
    ("files.disk_floor_mib", 0..=1_073_741_824),
    ("streams.courses.max_age_hours", 0..=876_000),
    ("streams.courses.max_gb", 1..=1_000_000),
    ("streams.courses.max_messages", 1..=1_000_000_000_000),
    ("streams.users.max_age_hours", 0..=876_000),
    ("streams.users.max_gb", 1..=1_000_000),
    ("streams.users.max_messages", 1..=1_000_000_000_000),
    ("streams.assignments.max_age_hours", 0..=876_000),
    ("streams.assignments.max_gb", 1..=1_000_000),
    ("streams.assignments.max_messages", 1..=1_000_000_000_000),
    ("streams.analytics.max_age_hours", 0..=876_000),
    ("streams.analytics.max_gb", 1..=1_000_000),
    ("streams.analytics.max_messages", 1..=1_000_000_000_000),
    ("streams.ai.max_age_hours", 0..=876_000),
    ("streams.ai.max_gb", 1..=1_000_000),
    ("streams.ai.max_messages", 1..=1_000_000_000_000),
    ("search.embedder.requests_per_minute", 0..=1_000_000),
    ("search.embedder.timeout_s", 1..=600),
    ("search.embeddings_cache_mib", 1..=1_048_576),
];

/// Pairs of settings of which the first must not be more than the second.
const AT_MOST: [(&str, &str); 3] = [
    ("max_connections_per_address", "max_connections"),
    ("files.upload_mib", "files.course_quota_mib"),
    ("files.own_upload_mib", "files.person_quota_mib"),
];

/// What is wrong, a setting and a sentence each.
pub(super) fn mistakes(config: &Config) -> Vec<(&'static str, String)> {
    let mut mistakes = Vec::new();
    let leaves = leaves(config);
    let number = |name: &str| leaves.get(name).and_then(Value::as_u64);
    for (name, range) in RANGES {
        if let Some(value) = number(name).filter(|value| !range.contains(value)) {
            let (from, to) = range.into_inner();
            let sentence = format!("`{name}` is {value} and must be from {from} to {to}");
            mistakes.push((name, sentence));
        }
    }
    for (less, more) in AT_MOST {
        if let (Some(one), Some(other)) = (number(less), number(more))
            && one > other
        {
            let sentence = format!(
                "`{less}` is {one} and `{more}` is {other}: the first must not be more than the second"
            );
            mistakes.push((less, sentence));
        }
    }
    if config.data_dir.as_os_str().is_empty() {
        mistakes.push(("data_dir", "`data_dir` must name a folder".to_owned()));
    }
    let zone = &config.school.time_zone;
    if Calendar::of(zone).is_none() {
        let sentence = format!(
            "`school.time_zone` is {zone:?}, which is no time zone; take a name such as Europe/Berlin"
        );
        mistakes.push(("school.time_zone", sentence));
    }
    if let Err(error) = EnvFilter::try_new(&config.log) {
        let sentence = format!(
            "`log` is not right ({error}); take a level such as info, and levels for single parts: info,edusphere_store=debug"
        );
        mistakes.push(("log", sentence));
    }
    for origin in &config.public_origins {
        if !is_origin(origin) {
            let sentence = format!(
                "`public_origins` has {origin:?}, which is no origin; take one such as https://school.example, without a path"
            );
            mistakes.push(("public_origins", sentence));
        }
    }
    for entry in &config.webhooks.allowed_hosts {
        if !AllowedHosts::is_entry(entry) {
            let sentence = format!(
                "`webhooks.allowed_hosts` has {entry:?}, which is no host with a port; take one such as intranet.school.example:8080"
            );
            mistakes.push(("webhooks.allowed_hosts", sentence));
        }
    }
    if config.metrics_token.as_ref().is_some_and(String::is_empty) {
        let sentence = "`metrics_token` is empty; leave it out, or take a long random text";
        mistakes.push(("metrics_token", sentence.to_owned()));
    }
    mistakes.extend(config.search.embedder.mistake());
    mistakes
}

/// Whether a browser would send this as the origin of a page.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_range_that_its_default_is_in() {
        let config = Config::default();
        assert_eq!(mistakes(&config), []);
        for (name, value) in leaves(&config) {
            let ranged = RANGES.iter().any(|(ranged, _)| *ranged == name);
            assert_eq!(value.is_number(), ranged, "{name}");
        }
        for (one, other) in AT_MOST {
            let known = leaves(&config);
            assert!(known.contains_key(one) && known.contains_key(other));
        }
    }

    #[test]
    fn what_is_out_of_range_or_contradicts_itself_is_named() {
        let mut config = Config {
            cache_mib: 0,
            max_connections: 10,
            max_connections_per_address: 11,
            log: "info,=".to_owned(),
            public_origins: vec!["school.example".to_owned(), "https://a.example".to_owned()],
            metrics_token: Some(String::new()),
            data_dir: "".into(),
            ..Config::default()
        };
        config.school.time_zone = "Mars/Olympus".to_owned();
        config.files.own_upload_mib = 4_096;
        config.webhooks.allowed_hosts = vec!["intranet:80".to_owned(), "intranet".to_owned()];
        config.search.embedder.url = Some("localhost:11434".to_owned());
        let mistakes = mistakes(&config);
        let names: Vec<&str> = mistakes.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "cache_mib",
                "max_connections_per_address",
                "files.own_upload_mib",
                "data_dir",
                "school.time_zone",
                "log",
                "public_origins",
                "webhooks.allowed_hosts",
                "metrics_token",
                "search.embedder.url",
            ]
        );
        assert!(mistakes[0].1.contains("from 1 to 1048576"), "{mistakes:?}");
        assert!(mistakes[1].1.contains("`max_connections`"), "{mistakes:?}");
    }
    #[test]
    fn a_service_of_embeddings_is_named_whole_or_not_at_all() {
        let said = |url: Option<&str>, model: Option<&str>, key: Option<&str>| {
            let mut config = Config::default();
            let embedder = &mut config.search.embedder;
            embedder.url = url.map(str::to_owned);
            embedder.model = model.map(str::to_owned);
            embedder.key = key.map(str::to_owned);
            mistakes(&config).into_iter().next()
        };
        let ollama = Some("http://127.0.0.1:11434/v1");
        assert_eq!(said(ollama, Some("nomic-embed-text"), None), None);
        for (mistake, name) in [
            (said(ollama, None, None), "search.embedder.model"),
            (
                said(None, Some("nomic-embed-text"), None),
                "search.embedder.model",
            ),
            (said(None, None, Some("canary")), "search.embedder.key"),
            (
                said(ollama, Some("m"), Some("canary of two lines\n")),
                "search.embedder.key",
            ),
            (
                said(Some("ftp://example.org"), Some("m"), None),
                "search.embedder.url",
            ),
            (
                said(Some("http://me:canary@example.org"), Some("m"), None),
                "search.embedder.url",
            ),
        ] {
            let (named, sentence) = mistake.unwrap();
            assert_eq!(named, name);
            assert!(!sentence.contains("canary"), "{sentence}");
        }
    }
}
