//! The encoding of records: a version byte, then `MessagePack` with fields by position.
//!
//! A new field comes last, with `#[serde(default)]`. Any other change raises
//! [`Record::VERSION`], keeps the old struct beside the new one, and reads it in
//! [`Record::upgrade`]. A record is rewritten in the new form when it is next put.

use serde::Serialize;
use serde::de::DeserializeOwned;

use kernel::{Fault, Result};

/// The longest encoding of one record, in bytes. Commands refuse longer input well before this.
const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A type that can be kept in a table.
pub trait Record: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The version that is written.
    const VERSION: u8;

    /// Reads the body of an older version; `None` for one that never was.
    fn upgrade(version: u8, body: &[u8]) -> Option<Result<Self>> {
        let _ = (version, body);
        None
    }
}

impl Record for u64 {
    const VERSION: u8 = 1;
}

/// A record's bytes, as they stand in the store.
pub fn encode<R: Record>(record: &R) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(256);
    encode_into(&mut bytes, record)?;
    Ok(bytes)
}

/// Writes a record's bytes behind what is there.
pub(crate) fn encode_into<R: Record>(bytes: &mut Vec<u8>, record: &R) -> Result<()> {
    bytes.push(R::VERSION);
    rmp_serde::encode::write(bytes, record)
        .map_err(|error| Fault::caused("encoding a record", error))?;
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(Fault::new(format!(
            "a record of {} bytes is beyond the limit",
            bytes.len()
        ))
        .into());
    }
    Ok(())
}

/// Reads what [`encode`] wrote, in this or any earlier version.
pub fn decode<R: Record>(bytes: &[u8]) -> Result<R> {
    let Some((version, body)) = bytes.split_first() else {
        return Err(Fault::new("a record is empty").into());
    };
    if *version == R::VERSION {
        return rmp_serde::from_slice(body)
            .map_err(|error| Fault::caused("decoding a record", error).into());
    }
    R::upgrade(*version, body).unwrap_or_else(|| {
        let ours = R::VERSION;
        Err(Fault::new(format!(
            "a record has version {version}, this program knows {ours}"
        ))
        .into())
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct First {
        name: String,
    }
    impl Record for First {
        const VERSION: u8 = 1;
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct WithField {
        name: String,
        #[serde(default)]
        points: u32,
    }
    impl Record for WithField {
        const VERSION: u8 = 1;
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Second {
        given: String,
        family: String,
    }
    impl Record for Second {
        const VERSION: u8 = 2;
        fn upgrade(version: u8, body: &[u8]) -> Option<Result<Self>> {
            (version == 1).then(|| {
                let old: First = rmp_serde::from_slice(body)
                    .map_err(|error| Fault::caused("decoding a record", error))?;
                Ok(Self {
                    given: old.name,
                    family: String::new(),
                })
            })
        }
    }

    #[test]
    fn a_field_added_last_and_a_new_version_read_old_records() {
        let old = encode(&First {
            name: "Ada".to_owned(),
        })
        .unwrap();
        let with_field: WithField = decode(&old).unwrap();
        assert_eq!(
            with_field,
            WithField {
                name: "Ada".to_owned(),
                points: 0
            }
        );
        let second: Second = decode(&old).unwrap();
        assert_eq!(
            second,
            Second {
                given: "Ada".to_owned(),
                family: String::new()
            }
        );
    }

    #[test]
    fn what_is_not_a_record_is_a_fault() {
        assert!(decode::<First>(&[]).is_err());
        assert!(
            decode::<First>(&[9, 0x91, 0xa0]).is_err(),
            "a version that never was"
        );
        assert!(decode::<First>(&[1, 0xc1]).is_err(), "no MessagePack");
    }
}
