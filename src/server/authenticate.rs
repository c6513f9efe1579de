//! Who asks: the token of each request becomes an [`Actor`] that every face finds in
//! it.

use app::{Actor, App};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use people::sessions::{Token, TouchSession, authenticate};

/// Who sends a request. A token that is missing, unknown or over makes nobody; what needs somebody
/// then refuses with `UNAUTHENTICATED`.
pub(crate) async fn actor(app: &App, headers: &HeaderMap) -> kernel::Result<Actor> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(Token::in_authorization) else {
        return Ok(Actor {
            trace_parent: trace_parent(headers),
            ..Actor::ANONYMOUS
        });
    };
    let found = authenticate(&app.snapshot(), &token, app.now())?;
    let Some(found) = found else {
        return Ok(Actor::ANONYMOUS);
    };
    // A school that can only be read is not kept from that by what would be noted of it.
    if found.touch && app.store().loss().is_none() {
        app.run(found.actor.clone(), TouchSession { token }).await?;
    }
    Ok(Actor {
        trace_parent: trace_parent(headers),
        ..found.actor
    })
}

/// The W3C trace context of a request, if it is well formed: `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_parent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let lengths = [2, 32, 16, 2];
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    let formed = parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == length && part.bytes().all(hex));
    formed.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use app::Who;
    use axum::http::HeaderValue;
    use people::sessions::{Client, NewSession, StartSession};
    use people::users::{AddUser, NewUser};
    use store::Loss;
    use testkit::School;

    use super::*;

    #[test]
    fn a_session_goes_on_where_nothing_can_be_noted_of_its_use() {
        let school = School::of_areas(&[people::FEATURES]);
        let (user, password) = (NewUser::named("ada", "Ada").unwrap(), None);
        let user = school.run_as_program(AddUser { user, password });
        let token = Token::new(&school.app.new_secret());
        let value = format!("Bearer {}", token.reveal());
        let client = Client::at([127, 0, 0, 1].into(), None);
        school.run_as_program(StartSession {
            session: NewSession {
                user,
                token,
                client,
            },
            password: None,
            renewed: None,
        });
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
        school.clock.advance(Duration::from_mins(6));
        school.app.store().refuse_writes(Loss::Unproved {
            records: "records".into(),
            ring: "ack.ring".into(),
            found: 1,
        });
        let found = school.block_on(actor(&school.app, &headers)).unwrap();
        assert!(matches!(found.who, Who::User { id, .. } if id == user));
    }

    #[test]
    fn only_a_well_formed_trace_context_is_kept() {
        let given = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", HeaderValue::from_str(text).unwrap());
            trace_parent(&headers)
        };
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(given(good).as_deref(), Some(good));
        for bad in [
            "",
            "00-0af7-b7ad-01",
            &good.to_uppercase(),
            &format!("{good}-x"),
        ] {
            assert_eq!(given(bad), None, "{bad}");
        }
    }
}
