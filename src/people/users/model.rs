//! What a user is, and what a name may be. Pure.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use app::SchoolRole;
use kernel::{Result, Timestamp};

use super::problems::{
    DISPLAY_NAME_INVALID, EMAIL_INVALID, EXTERNAL_ID_INVALID, LOCALE_INVALID, TIME_ZONE_UNKNOWN,
    USERNAME_INVALID,
};
use crate::sessions::Owner;

/// The longest text that is looked up as a user name, in bytes.
pub(crate) const USERNAME_BYTES_MAX: usize = 1_024;
const USERNAME_CHARS_MAX: usize = 64;
const EMAIL_CHARS_MAX: usize = 254;
const DISPLAY_NAME_CHARS_MAX: usize = 200;
const LOCALE_CHARS_MAX: usize = 35;
const EXTERNAL_ID_CHARS_MAX: usize = 255;

/// A person of the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to sign in with.
    pub username: String,
    /// Seen by the person and by staff.
    pub email: Option<String>,
    /// What others see.
    pub display_name: String,
    /// A BCP 47 language tag.
    pub locale: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// What the person is in the school as a whole.
    pub role: SchoolRole,
    /// When the person was added.
    pub created_at: Timestamp,
    /// A disabled person cannot sign in.
    pub disabled: bool,
    /// What another program calls the person.
    #[serde(default)]
    pub external_id: Option<ExternalId>,
}

impl User {
    /// The person, as the rules for their password see them.
    pub fn owner(&self) -> Owner<'_> {
        Owner {
            role: self.role,
            username: &self.username,
            display_name: &self.display_name,
        }
    }
}

/// What another program calls something of ours: the `sourcedId` of a roster, or an id of a
/// student information system. 1 to 255 characters, compared letter for letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// The id that a client gave; `EXTERNAL_ID_INVALID` on `externalId` for what is none.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if !within(text, EXTERNAL_ID_CHARS_MAX) || text.chars().any(char::is_control) {
            return Err(EXTERNAL_ID_INVALID.on("externalId"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ExternalId> for String {
    fn from(id: ExternalId) -> Self {
        id.0
    }
}

/// A user that is to be added, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) display_name: String,
    pub(super) locale: String,
    pub(super) time_zone: String,
    pub(super) role: SchoolRole,
    pub(super) external_id: Option<ExternalId>,
}

impl NewUser {
    /// A member of this name, with English and UTC.
    pub fn named(username: &str, display_name: &str) -> Result<Self> {
        let username: String = username.trim().nfc().collect();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
        if !within(&username, USERNAME_CHARS_MAX) || !username.chars().all(allowed) {
            return Err(USERNAME_INVALID.on("username"));
        }
        let display_name: String = display_name.trim().nfc().collect();
        if !within(&display_name, DISPLAY_NAME_CHARS_MAX)
            || display_name.chars().any(char::is_control)
        {
            return Err(DISPLAY_NAME_INVALID.on("displayName"));
        }
        Ok(Self {
            username,
            email: None,
            display_name,
            locale: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            role: SchoolRole::Member,
            external_id: None,
        })
    }

    /// The person, as the rules for their password see them.
    pub fn owner(&self) -> Owner<'_> {
        Owner {
            role: self.role,
            username: &self.username,
            display_name: &self.display_name,
        }
    }

    /// With this e-mail address.
    pub fn email(self, email: &str) -> Result<Self> {
        let email: String = email.trim().nfc().collect();
        let shape = email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let clean = !email.chars().any(|c| c.is_whitespace() || c.is_control());
        if !shape || !clean || !within(&email, EMAIL_CHARS_MAX) {
            return Err(EMAIL_INVALID.on("email"));
        }
        Ok(Self {
            email: Some(email),
            ..self
        })
    }

    /// With this language, a BCP 47 tag such as `de` or `pt-BR`.
    pub fn locale(self, locale: &str) -> Result<Self> {
        let subtag = |tag: &str| {
            (1..=8).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric())
        };
        if !within(locale, LOCALE_CHARS_MAX) || !locale.split('-').all(subtag) {
            return Err(LOCALE_INVALID.on("locale"));
        }
        Ok(Self {
            locale: locale.to_owned(),
            ..self
        })
    }

    /// With this time zone, an IANA name such as `Europe/Berlin`.
    pub fn time_zone(self, time_zone: &str) -> Result<Self> {
        if jiff::tz::TimeZone::get(time_zone).is_err() {
            return Err(TIME_ZONE_UNKNOWN.on("timeZone"));
        }
        Ok(Self {
            time_zone: time_zone.to_owned(),
            ..self
        })
    }

    /// With this role in the school.
    #[must_use]
    pub fn role(self, role: SchoolRole) -> Self {
        Self { role, ..self }
    }

    /// With this name in another program.
    #[must_use]
    pub fn external_id(self, external_id: ExternalId) -> Self {
        Self {
            external_id: Some(external_id),
            ..self
        }
    }
}

fn within(text: &str, chars_max: usize) -> bool {
    !text.is_empty() && text.chars().count() <= chars_max
}

/// What makes two names the same: composed form, lower case.
pub fn name_key(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_whatever_their_case_and_composition() {
        assert_eq!(name_key("Zoë"), name_key("ZOE\u{308}"));
        assert_ne!(name_key("zoe"), name_key("zoë"));
    }

    #[test]
    fn fields_outside_their_limits_are_refused_and_named() {
        let refused = |result: Result<NewUser>| result.unwrap_err().to_string();
        for bad in [
            "",
            "   ",
            "two words",
            "nul\0",
            "rtl\u{202e}",
            &"x".repeat(65),
        ] {
            assert!(
                refused(NewUser::named(bad, "Ada")).starts_with("USERNAME_INVALID"),
                "{bad:?}"
            );
        }
        assert!(refused(NewUser::named("ada", "A\nB")).starts_with("DISPLAY_NAME_INVALID"));
        let ada = NewUser::named("ada", "Ada Lovelace").unwrap();
        for bad in ["ada", "@x", "ada@", "a da@x.org"] {
            assert!(
                refused(ada.clone().email(bad)).starts_with("EMAIL_INVALID"),
                "{bad:?}"
            );
        }
        assert!(refused(ada.clone().time_zone("Mars/Olympus")).starts_with("TIME_ZONE_UNKNOWN"));
        assert!(refused(ada.clone().locale("de_DE")).starts_with("LOCALE_INVALID"));
        for bad in ["", " ", "a\nb", &"x".repeat(256)] {
            let refused = ExternalId::parse(bad).unwrap_err().to_string();
            assert!(refused.starts_with("EXTERNAL_ID_INVALID"), "{bad:?}");
        }
        ada.locale("pt-BR")
            .unwrap()
            .time_zone("Europe/Berlin")
            .unwrap();
    }
}
