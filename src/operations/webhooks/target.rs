//! Where a webhook leads, and where it may not. Pure: what a name stands for is looked at when
//! something is sent.

use std::net::IpAddr;

use url::{Host, Url};

use kernel::Result;

use super::address::is_public;
use super::problems::URL_NOT_ALLOWED;

/// The longest address of a webhook, in bytes.
const URL_BYTES_MAX: usize = 2_048;
/// Below it ports belong to services, of which only HTTPS is meant to get webhooks.
const OWN_PORTS_FROM: u16 = 1_024;
const HTTPS_PORT: u16 = 443;

/// Receivers in the school's own network, each as `host:port`: they may have any address, and
/// speak plain HTTP.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// These ones, as [`AllowedHosts::is_entry`] has them.
    pub fn new(entries: impl IntoIterator<Item = String>) -> Self {
        let entries = entries.into_iter();
        Self(entries.map(|entry| entry.to_lowercase()).collect())
    }

    /// Whether a text is a host and a port, written as an address of a webhook would have them.
    pub fn is_entry(text: &str) -> bool {
        let parsed = Url::parse(&format!("http://{text}/"));
        parsed.is_ok_and(|url| {
            let port = url.port_or_known_default().unwrap_or_default();
            text.to_lowercase() == format!("{}:{port}", url.host_str().unwrap_or_default())
        })
    }

    fn has(&self, host: &str, port: u16) -> bool {
        self.0.contains(&format!("{host}:{port}"))
    }
}

/// Where something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name or address of the host, as it is looked up.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The host, with the port where it is not the usual one, as a request says it.
    pub authority: String,
    /// Path and query, as a request says them.
    pub path: String,
    /// Whether TLS is spoken.
    pub is_secure: bool,
    /// Whether it is a receiver in the school's own network.
    pub is_inside: bool,
}

impl Target {
    /// Where an address leads; `URL_NOT_ALLOWED` for what must not be called on somebody's word.
    pub fn parse(text: &str, allowed: &AllowedHosts) -> Result<Self> {
        if text.len() > URL_BYTES_MAX {
            return Err(refuse("The address must have at most 2,048 bytes."));
        }
        let Ok(url) = Url::parse(text) else {
            return Err(refuse(
                "The address must be a whole one: https://host/path.",
            ));
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            let sentence = "The address must have neither credentials nor a part behind #; the signature proves who sends.";
            return Err(refuse(sentence));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(refuse(
                "The address must begin with https:// and name a host.",
            ));
        };
        let shown = host.to_string();
        let is_inside = allowed.has(&shown, port);
        let is_secure = url.scheme() == "https";
        if !(is_secure || is_inside && url.scheme() == "http") {
            return Err(refuse(
                "The address must begin with https://; what is sent is about people.",
            ));
        }
        if !is_inside {
            require_open(&host, port, text)?;
        }
        let query = url.query().map(|query| format!("?{query}"));
        Ok(Self {
            authority: match url.port() {
                Some(port) => format!("{shown}:{port}"),
                None => shown.clone(),
            },
            host: shown.trim_matches(['[', ']']).to_owned(),
            port,
            path: format!("{}{}", url.path(), query.unwrap_or_default()),
            is_secure,
            is_inside,
        })
    }

    /// Scheme and host, for what others read: a path may hold a secret.
    pub fn origin(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Refuses the addresses that the host stands for where one of them is not for everybody.
    pub fn require_reachable(&self, addresses: &[IpAddr]) -> Result<()> {
        let closed = addresses.iter().find(|address| !is_public(**address));
        match closed.filter(|_| !self.is_inside) {
            None => Ok(()),
            Some(_) => Err(refuse(
                "The host stands for an address that is not public. A receiver in the school's own network must be named in the setting `webhooks.allowed_hosts`.",
            )),
        }
    }
}

fn require_open(host: &Host<&str>, port: u16, text: &str) -> Result<()> {
    if port != HTTPS_PORT && port < OWN_PORTS_FROM {
        return Err(refuse("The port must be 443, or 1024 or more."));
    }
    let address = match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_here = name == "localhost" || name.ends_with(".localhost");
            return if is_here { Err(not_public()) } else { Ok(()) };
        }
        Host::Ipv4(address) => {
            if !text.contains(&address.to_string()) {
                return Err(refuse(
                    "An address of a host must be four decimal numbers with dots between them.",
                ));
            }
            IpAddr::from(*address)
        }
        Host::Ipv6(address) => IpAddr::from(*address),
    };
    if is_public(address) {
        Ok(())
    } else {
        Err(not_public())
    }
}

fn not_public() -> kernel::Error {
    refuse(
        "The address is not a public one. A receiver in the school's own network must be named in the setting `webhooks.allowed_hosts`.",
    )
}

fn refuse(sentence: &'static str) -> kernel::Error {
    URL_NOT_ALLOWED.because(sentence).on("url")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Target> {
        Target::parse(text, &AllowedHosts::default())
    }

    #[test]
    fn what_must_not_be_called_is_refused() {
        for wrong in [
            "",
            "hook",
            "/hook",
            "//host/hook",
            "https://",
            "http://example.org/",
            "gopher://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "javascript:alert(1)",
            "https://ada@example.org/",
            "https://ada:pw@example.org/",
            "https://example.org/#x",
            "https://example.org:22/",
            "https://example.org:25/",
            "https://example.org:80/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
            "https://172.20.1.1:8443/",
            "https://192.168.0.1/",
            "https://100.64.0.1/",
            "https://224.0.0.1/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://0x08080808/",
            "https://134744072/",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
            "https://exa mple.org/",
        ] {
            let problem = parse(wrong).map_err(|error| error.problem());
            assert_eq!(problem, Err(Some(URL_NOT_ALLOWED)), "{wrong}");
        }
        let long = format!("https://example.org/{}", "a".repeat(2_048));
        assert!(parse(&long).is_err());
    }

    #[test]
    fn what_is_public_is_taken_apart() {
        let target = parse("https://Example.ORG/hooks/school?of=1").unwrap();
        assert_eq!((target.host.as_str(), target.port), ("example.org", 443));
        assert_eq!(target.authority, "example.org");
        assert_eq!(target.path, "/hooks/school?of=1");
        assert!(target.is_secure && !target.is_inside);
        assert_eq!(target.origin(), "https://example.org");
        assert_eq!(
            parse("https://example.org:8443").unwrap().authority,
            "example.org:8443"
        );
        assert_eq!(parse("https://1.1.1.1/").unwrap().host, "1.1.1.1");
        assert_eq!(
            parse("https://[2606:4700::1111]/").unwrap().host,
            "2606:4700::1111"
        );
    }

    #[test]
    fn what_the_operator_names_may_be_inside_and_speak_plain_http() {
        let entries = ["127.0.0.1:9000", "Intranet:80", "[::1]:9000"].map(str::to_owned);
        assert!(entries.iter().all(|entry| AllowedHosts::is_entry(entry)));
        let allowed = AllowedHosts::new(entries);
        for right in [
            "http://127.0.0.1:9000/hook",
            "https://127.0.0.1:9000/hook",
            "http://intranet/hook",
            "http://[::1]:9000/",
        ] {
            let target = Target::parse(right, &allowed).unwrap();
            assert!(target.is_inside, "{right}");
            target.require_reachable(&[[10, 0, 0, 1].into()]).unwrap();
        }
        for wrong in [
            "http://127.0.0.1:9001/",
            "https://intranet:22/",
            "ftp://127.0.0.1:9000/",
        ] {
            assert!(Target::parse(wrong, &allowed).is_err(), "{wrong}");
        }
        for wrong in [
            "",
            "host",
            "host:",
            "host:x",
            "host:1/path",
            "http://host:1",
            "a b:1",
            "0x7f.1:80",
        ] {
            assert!(!AllowedHosts::is_entry(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_name_that_stands_for_one_closed_address_is_refused() {
        let target = parse("https://example.org/").unwrap();
        let (open, closed) = ([1, 1, 1, 1].into(), [127, 0, 0, 1].into());
        target.require_reachable(&[open]).unwrap();
        assert!(target.require_reachable(&[open, closed]).is_err());
    }
}
