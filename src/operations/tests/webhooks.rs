//! Stories of webhooks, as far as nothing is sent.

use app::Secret;
use eventlog::problems::CONSUMER_NOT_FOUND;
use eventlog::{ConsumerConfig, DeliverPolicy, StreamConfig};
use kernel::{PageRequest, Timestamp};
use testkit::{Cast, Role};

use super::staffed;
use crate::streams::{AddStream, RemoveStream, UpdateConsumer, UpdateStream, consumer_of};
use crate::webhooks::*;

pub(super) fn addition() -> AddWebhook {
    wanting(&["edusphere.users.*"])
}

fn wanting(filters: &[&str]) -> AddWebhook {
    let filters = filters.iter().map(|&filter| filter.to_owned()).collect();
    let url = "https://example.org/hooks?key=canary";
    AddWebhook {
        webhook: NewWebhook::to(url, &AllowedHosts::default(), filters).unwrap(),
        secret: WebhookSecret::new(&Secret([1; 32])),
        idempotency_key: None,
    }
}

pub(super) fn attempt(number: u32) -> Attempt {
    Attempt {
        at: Timestamp::from_millis(1_700_000_000_000 + i64::from(number)),
        occasion: Occasion::Delivery,
        stream: Some("USERS".to_owned()),
        sequence: Some(u64::from(number)),
        subject: "edusphere.users.added".to_owned(),
        number: 1,
        status: Some(500),
        error: Some("the receiver answered 500".to_owned()),
        took_ms: 12,
    }
}

fn streams_of(cast: &Cast, webhook: WebhookId) -> Vec<String> {
    let program = cast.actor(Role::Program);
    followed(&cast.school.app.snapshot(), &program, webhook).unwrap()
}

fn set_up_of(cast: &Cast, stream: &str, webhook: WebhookId) -> kernel::Result<ConsumerConfig> {
    let (snapshot, program) = (cast.school.app.snapshot(), cast.actor(Role::Program));
    let consumer = consumer_of(&snapshot, &program, (stream, &webhook.to_string()))?;
    Ok(consumer.config)
}

fn library(subject: &str) -> StreamConfig {
    StreamConfig::new("LIBRARY", vec![subject.to_owned()])
}

#[test]
fn a_webhook_follows_the_streams_that_have_what_it_wants_and_no_others() {
    let cast = staffed();
    let filters = [
        "edusphere.users.*",
        "edusphere.*.deleted",
        "library.loans.>",
    ];
    let hook = cast.does(Role::Admin, wanting(&filters));
    let of_school = ["COURSES", "USERS", "ASSIGNMENTS", "ANALYTICS", "AI"];
    assert_eq!(streams_of(&cast, hook), of_school);
    let there = set_up_of(&cast, "COURSES", hook).unwrap();
    assert_eq!(there.filters, ["edusphere.*.deleted"], "only what can come");
    assert_eq!(there.deliver, DeliverPolicy::New);

    // A stream of its own comes, changes its subjects, and goes.
    let stream = library("library.>");
    cast.does(Role::Admin, AddStream { stream });
    assert_eq!(
        set_up_of(&cast, "LIBRARY", hook).unwrap().filters,
        ["library.loans.>"]
    );
    let stream = library("books.>");
    cast.does(Role::Admin, UpdateStream { stream });
    assert_eq!(streams_of(&cast, hook), of_school);
    let stream = library("library.*.*");
    cast.does(Role::Admin, UpdateStream { stream });
    assert_eq!(streams_of(&cast, hook).len(), 6);
    let stream = "LIBRARY".to_owned();
    cast.does(Role::Admin, RemoveStream { stream });

    // What administrators set up of its consumers stays when it wants something else.
    let consumer = ConsumerConfig {
        backoff_ms: vec![7],
        ..set_up_of(&cast, "USERS", hook).unwrap()
    };
    let stream = "USERS".to_owned();
    cast.does(Role::Admin, UpdateConsumer { stream, consumer });
    let filters = vec!["edusphere.users.added".to_owned()];
    let change = WebhookChange::default().filters(filters).unwrap();
    cast.does(
        Role::Admin,
        UpdateWebhook {
            webhook: hook,
            change,
        },
    );
    assert_eq!(streams_of(&cast, hook), ["USERS"]);
    let there = set_up_of(&cast, "USERS", hook).unwrap();
    assert_eq!(there.filters, ["edusphere.users.added"]);
    assert_eq!(there.backoff_ms, [7]);

    cast.does(Role::Admin, RemoveWebhook { webhook: hook });
    let gone = set_up_of(&cast, "USERS", hook).unwrap_err();
    assert_eq!(gone.problem(), Some(CONSUMER_NOT_FOUND));
    cast.school.agrees();
}

#[test]
fn what_is_told_of_a_webhook_has_neither_its_secret_nor_the_path_of_its_address() {
    let cast = staffed();
    let hook = cast.does(Role::Admin, addition());
    let url = "https://other.example/canary";
    let change = WebhookChange::default().url(url, &AllowedHosts::default());
    let change = change.unwrap().description("The canary's").unwrap();
    cast.does(
        Role::Admin,
        UpdateWebhook {
            webhook: hook,
            change,
        },
    );
    let secret = WebhookSecret::new(&Secret([2; 32]));
    cast.does(
        Role::Admin,
        RotateWebhookSecret {
            webhook: hook,
            secret: secret.clone(),
        },
    );
    let reason = PauseReason::Asked;
    cast.does(
        Role::Admin,
        PauseWebhook {
            webhook: hook,
            reason,
        },
    );
    cast.does(Role::Admin, ResumeWebhook { webhook: hook });
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let there = one_webhook(&snapshot, &admin, hook).unwrap();
    assert_eq!((there.url.as_str(), &there.secret), (url, &secret));
    assert_eq!(there.created_by, admin.to_string());
    assert!(!format!("{there:?}").contains(&secret.reveal()));
    let told = cast.school.events();
    let told: Vec<String> = told
        .iter()
        .filter(|message| message.subject.starts_with("edusphere.users.webhook_"))
        .map(|message| String::from_utf8(message.body.clone()).unwrap())
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[0].contains("\"https://example.org\""), "{told:?}");
    assert!(told[1].contains("\"https://other.example\""), "{told:?}");
    assert!(!told.concat().contains("canary") && !told.concat().contains("whsec_"));
}

#[test]
fn an_addition_that_is_asked_for_twice_counts_once_and_there_are_at_most_fifty() {
    let cast = staffed();
    let again = |secret: u8| AddWebhook {
        secret: WebhookSecret::new(&Secret([secret; 32])),
        idempotency_key: Some("first".to_owned()),
        ..addition()
    };
    let first = cast.does(Role::Admin, again(1));
    assert_eq!(cast.does(Role::Admin, again(2)), first);
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let there = one_webhook(&snapshot, &admin, first).unwrap();
    assert_eq!(there.secret, again(1).secret, "the first one stands");
    for _ in 1..50 {
        cast.does(Role::Admin, addition());
    }
    let refused = cast.tries(Role::Admin, addition()).unwrap_err();
    assert_eq!(refused.problem(), Some(WEBHOOK_LIMIT_REACHED));
    assert_eq!(
        webhooks(&cast.school.app.snapshot(), &admin).unwrap().len(),
        50
    );
}

#[test]
fn what_a_webhook_may_not_be_is_refused() {
    let allowed = AllowedHosts::default();
    let to = |url, filters| NewWebhook::to(url, &allowed, filters).map_err(|error| error.problem());
    let url = "https://example.org/";
    for filters in [vec![], vec!["a".to_owned(); 33]] {
        assert_eq!(to(url, filters), Err(Some(WEBHOOK_FILTERS_INVALID)));
    }
    assert!(to(url, vec!["a..b".to_owned()]).is_err());
    let inside = to("http://127.0.0.1:9000/", vec![">".to_owned()]);
    assert_eq!(inside, Err(Some(URL_NOT_ALLOWED)));
    let new = to(url, vec![">".to_owned()]).unwrap();
    assert!(new.clone().description(&"é".repeat(500)).is_ok());
    assert!(new.description(&"é".repeat(501)).is_err());
}

#[test]
fn the_last_thousand_attempts_are_kept_and_shown_newest_first() {
    let cast = staffed();
    let hook = cast.does(Role::Admin, addition());
    for number in 1..=1_002 {
        let attempt = attempt(number);
        let errand = None;
        cast.does(
            Role::Program,
            NoteAttempt {
                webhook: hook,
                attempt,
                errand,
            },
        );
    }
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let page = |request: &PageRequest| attempts_of(&snapshot, &admin, hook, request).unwrap();
    let newest = page(&PageRequest::first(2));
    let sequences: Vec<_> = newest.entries.iter().map(|(_, one)| one.sequence).collect();
    assert_eq!(
        (newest.total, sequences),
        (1_000, vec![Some(1_002), Some(1_001)])
    );
    cast.does(Role::Admin, RemoveWebhook { webhook: hook });
    // One that was under way when the webhook went leaves nothing.
    let attempt = attempt(1);
    cast.does(
        Role::Program,
        NoteAttempt {
            webhook: hook,
            attempt,
            errand: None,
        },
    );
    cast.school.agrees();
}

#[test]
fn what_is_sent_out_of_turn_waits_for_the_server_and_only_so_much_of_it() {
    let cast = staffed();
    let hook = cast.does(Role::Admin, addition());
    let replay = |stream: &str, sequence| ReplayDelivery {
        webhook: hook,
        stream: stream.to_owned(),
        sequence,
    };
    for missing in [replay("USERS", 0), replay("USERS", 1_000)] {
        let refused = cast.tries(Role::Admin, missing).unwrap_err();
        assert_eq!(refused.problem(), Some(DELIVERY_NOT_FOUND));
    }
    cast.does(Role::Admin, replay("USERS", 1));
    cast.does(Role::Admin, TestWebhook { webhook: hook });
    let waiting = |max| {
        let (snapshot, program) = (cast.school.app.snapshot(), cast.actor(Role::Program));
        errands(&snapshot, &program, max).unwrap()
    };
    let found = waiting(10);
    let kinds: Vec<_> = found.iter().map(|(_, errand)| errand.clone()).collect();
    let stream = "USERS".to_owned();
    assert_eq!(
        kinds,
        [
            Errand::Replay {
                stream,
                sequence: 1
            },
            Errand::Test
        ]
    );
    let note = NoteAttempt {
        webhook: hook,
        attempt: attempt(1),
        errand: Some(found[0].0.1),
    };
    cast.does(Role::Program, note);
    assert_eq!(waiting(10).len(), 1);
    for _ in 1..100 {
        cast.does(Role::Admin, TestWebhook { webhook: hook });
    }
    let refused = cast.tries(Role::Admin, TestWebhook { webhook: hook });
    assert_eq!(refused.unwrap_err().problem(), Some(WEBHOOK_BUSY));
    cast.does(Role::Admin, RemoveWebhook { webhook: hook });
    assert_eq!(waiting(10), []);
}

#[test]
fn records_of_every_version_decode() {
    let webhook = Webhook {
        url: "https://example.org/hooks".to_owned(),
        filters: vec!["edusphere.users.>".to_owned()],
        secret: WebhookSecret::new(&Secret([1; 32])),
        description: "The library".to_owned(),
        paused: Some(PauseReason::Gone),
        created_at: Timestamp::from_millis(1_700_000_000_000),
        created_by: "user_01h455vb4pex5vsknk084sn02q".to_owned(),
    };
    testkit::fixture("operations/fixtures/webhook.v1", &webhook);
    testkit::fixture("operations/fixtures/webhook_attempt.v1", &attempt(1));
    let stream = "USERS".to_owned();
    let errand = Errand::Replay {
        stream,
        sequence: 1,
    };
    testkit::fixture("operations/fixtures/webhook_errand.v1", &errand);
}
