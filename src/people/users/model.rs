//! What a user is, and what a name may be. Pure.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use app::SchoolRole;
use kernel::{Change, Result, Timestamp};

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
        Ok(Self {
            username: username_of(username)?,
            email: None,
            display_name: display_name_of(display_name)?,
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
        Ok(Self {
            email: Some(email_of(email)?),
            ..self
        })
    }

    /// With this language, a BCP 47 tag such as `de` or `pt-BR`.
    pub fn locale(self, locale: &str) -> Result<Self> {
        Ok(Self {
            locale: locale_of(locale)?,
            ..self
        })
    }

    /// With this time zone, an IANA name such as `Europe/Berlin`.
    pub fn time_zone(self, time_zone: &str) -> Result<Self> {
        Ok(Self {
            time_zone: time_zone_of(time_zone)?,
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

/// What is to change of a user. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What others see.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub email: Change<Option<String>>,
    /// A BCP 47 language tag.
    pub locale: Option<String>,
    /// An IANA time zone.
    pub time_zone: Option<String>,
    /// The name to sign in with.
    pub username: Option<String>,
    /// What another program calls the person.
    pub external_id: Change<Option<ExternalId>>,
}

impl UserChange {
    /// Whether people may change all of it for themselves.
    pub(super) fn is_of_profile(&self) -> bool {
        self.username.is_none() && self.external_id == Change::Keep
    }

    /// The user as they will be.
    pub(super) fn apply(&self, user: User) -> Result<User> {
        let email = match &self.email {
            Change::Keep => user.email,
            Change::To(email) => email.as_deref().map(email_of).transpose()?,
        };
        let given = |text: &Option<String>, old: String, read: fn(&str) -> Result<String>| {
            text.as_deref().map_or(Ok(old), read)
        };
        Ok(User {
            username: given(&self.username, user.username, username_of)?,
            email,
            display_name: given(&self.display_name, user.display_name, display_name_of)?,
            locale: given(&self.locale, user.locale, locale_of)?,
            time_zone: given(&self.time_zone, user.time_zone, time_zone_of)?,
            role: user.role,
            created_at: user.created_at,
            disabled: user.disabled,
            external_id: self.external_id.clone().over(user.external_id),
        })
    }
}

fn username_of(text: &str) -> Result<String> {
    let username: String = text.trim().nfc().collect();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    if !within(&username, USERNAME_CHARS_MAX) || !username.chars().all(allowed) {
        return Err(USERNAME_INVALID.on("username"));
    }
    Ok(username)
}

fn display_name_of(text: &str) -> Result<String> {
    let name: String = text.trim().nfc().collect();
    if !within(&name, DISPLAY_NAME_CHARS_MAX) || name.chars().any(char::is_control) {
        return Err(DISPLAY_NAME_INVALID.on("displayName"));
    }
    Ok(name)
}

fn email_of(text: &str) -> Result<String> {
    let email: String = text.trim().nfc().collect();
    let shape = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let clean = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if !shape || !clean || !within(&email, EMAIL_CHARS_MAX) {
        return Err(EMAIL_INVALID.on("email"));
    }
    Ok(email)
}

fn locale_of(text: &str) -> Result<String> {
    let subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric());
    if !within(text, LOCALE_CHARS_MAX) || !text.split('-').all(subtag) {
        return Err(LOCALE_INVALID.on("locale"));
    }
    Ok(text.to_owned())
}

fn time_zone_of(text: &str) -> Result<String> {
    if jiff::tz::TimeZone::get(text).is_err() {
        return Err(TIME_ZONE_UNKNOWN.on("timeZone"));
    }
    Ok(text.to_owned())
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
