//! Who may do and see what.

use app::{Command, Secret};
use eventlog::problems::DEAD_LETTER_NOT_FOUND;
use eventlog::{
    Chosen, ConsumerConfig, Limits, NewConsumer, Publish, ReplayFrom, Stream, StreamConfig,
};
use kernel::PageRequest;
use testkit::{Cast, Matrix, Role};

use super::staffed;
use crate::streams::*;
use crate::webhooks::*;

const TABLE: &str = "
    command                    nobody  member student observer designer assistant teacher staff admin program
    streams.add                sign-in no     no      no       no       no        no      no    yes   yes
    streams.update             sign-in no     no      no       no       no        no      no    yes   yes
    streams.remove             sign-in no     no      no       no       no        no      no    yes   yes
    streams.limit              sign-in no     no      no       no       no        no      no    yes   yes
    streams.publish            sign-in no     no      no       no       no        no      no    yes   yes
    streams.add_consumer       sign-in no     no      no       no       no        no      no    yes   yes
    streams.update_consumer    sign-in no     no      no       no       no        no      no    yes   yes
    streams.pause_consumer     sign-in no     no      no       no       no        no      no    yes   yes
    streams.reset_consumer     sign-in no     no      no       no       no        no      no    yes   yes
    streams.remove_consumer    sign-in no     no      no       no       no        no      no    yes   yes
    streams.retry_dead_letters sign-in no     no      no       no       no        no      no    yes   yes
    streams.drop_dead_letters  sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.add               sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.update            sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.rotate_secret     sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.remove            sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.pause             sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.resume            sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.test              sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.replay_delivery   sign-in no     no      no       no       no        no      no    yes   yes
    webhooks.note_attempt      no      no     no      no       no       no        no      no    no    yes
";

fn orders() -> StreamConfig {
    StreamConfig::new("ORDERS", vec!["orders.>".to_owned()])
}

fn shop() -> ConsumerConfig {
    ConsumerConfig {
        name: "shop".to_owned(),
        ..ConsumerConfig::default()
    }
}

/// A school that has a stream with a consumer.
fn set_up() -> Cast {
    let cast = staffed();
    cast.does(Role::Program, AddStream { stream: orders() });
    let snapshot = cast.school.app.snapshot();
    let consumer = NewConsumer::prepare(&snapshot, "ORDERS", shop()).unwrap();
    cast.does(Role::Program, AddConsumer { consumer });
    cast
}

fn tried<C: Command>(role: Role, command: impl Fn(&Cast) -> C) -> kernel::Result<C::Out> {
    let cast = set_up();
    let command = command(&cast);
    cast.tries(role, command)
}

#[test]
fn who_may_do_what() {
    let matrix = with_webhooks(with_consumers(with_streams(Matrix::new())));
    matrix.shows(env!("CARGO_MANIFEST_DIR"), TABLE);
}

fn with_streams(matrix: Matrix) -> Matrix {
    let stream = "ORDERS".to_owned();
    matrix
        .row::<AddStream>(|role| {
            let stream = StreamConfig::new("BOOKS", vec!["books.>".to_owned()]);
            tried(role, |_| AddStream {
                stream: stream.clone(),
            })
        })
        .row::<UpdateStream>(|role| tried(role, |_| UpdateStream { stream: orders() }))
        .row::<RemoveStream>(|role| {
            tried(role, |_| RemoveStream {
                stream: stream.clone(),
            })
        })
        .row::<LimitStreams>(|role| {
            let limits = vec![(Stream::Ai, Limits::default())];
            tried(role, |_| LimitStreams {
                limits: limits.clone(),
            })
        })
        .row::<PublishMessage>(|role| {
            let message = Publish {
                subject: "orders.new".to_owned(),
                ..Publish::default()
            };
            tried(role, |_| PublishMessage {
                message: message.clone(),
            })
        })
}

fn with_consumers(matrix: Matrix) -> Matrix {
    let (stream, consumer) = ("ORDERS".to_owned(), "shop".to_owned());
    matrix
        .row::<AddConsumer>(|role| {
            let config = ConsumerConfig {
                name: "bank".to_owned(),
                ..shop()
            };
            tried(role, |cast| {
                let snapshot = cast.school.app.snapshot();
                let consumer = NewConsumer::prepare(&snapshot, "ORDERS", config.clone()).unwrap();
                AddConsumer { consumer }
            })
        })
        .row::<UpdateConsumer>(|role| {
            tried(role, |_| UpdateConsumer {
                stream: stream.clone(),
                consumer: shop(),
            })
        })
        .row::<PauseConsumer>(|role| {
            tried(role, |_| PauseConsumer {
                stream: stream.clone(),
                consumer: consumer.clone(),
                until: None,
            })
        })
        .row::<ResetConsumer>(|role| {
            tried(role, |_| ResetConsumer {
                stream: stream.clone(),
                consumer: consumer.clone(),
                from: ReplayFrom::Sequence(1),
            })
        })
        .row::<RemoveConsumer>(|role| {
            tried(role, |_| RemoveConsumer {
                stream: stream.clone(),
                consumer: consumer.clone(),
            })
        })
        .row::<RetryDeadLetters>(|role| {
            tried(role, |_| RetryDeadLetters {
                stream: stream.clone(),
                consumer: consumer.clone(),
                chosen: Chosen::default(),
            })
        })
        .row::<DropDeadLetters>(|role| {
            tried(role, |_| DropDeadLetters {
                stream: stream.clone(),
                consumer: consumer.clone(),
                chosen: Chosen::default(),
            })
        })
}

/// As somebody of this role, about a webhook that is there.
fn tried_with_webhook<C: Command>(
    role: Role,
    command: impl Fn(WebhookId) -> C,
) -> kernel::Result<C::Out> {
    let cast = set_up();
    let webhook = cast.does(Role::Program, super::webhooks::addition());
    cast.tries(role, command(webhook))
}

fn with_webhooks(matrix: Matrix) -> Matrix {
    matrix
        .row::<AddWebhook>(|role| tried(role, |_| super::webhooks::addition()))
        .row::<UpdateWebhook>(|role| {
            tried_with_webhook(role, |webhook| UpdateWebhook {
                webhook,
                change: WebhookChange::default(),
            })
        })
        .row::<RotateWebhookSecret>(|role| {
            tried_with_webhook(role, |webhook| RotateWebhookSecret {
                webhook,
                secret: WebhookSecret::new(&Secret([2; 32])),
            })
        })
        .row::<RemoveWebhook>(|role| tried_with_webhook(role, |webhook| RemoveWebhook { webhook }))
        .row::<PauseWebhook>(|role| {
            tried_with_webhook(role, |webhook| PauseWebhook {
                webhook,
                reason: PauseReason::Asked,
            })
        })
        .row::<ResumeWebhook>(|role| tried_with_webhook(role, |webhook| ResumeWebhook { webhook }))
        .row::<TestWebhook>(|role| tried_with_webhook(role, |webhook| TestWebhook { webhook }))
        .row::<ReplayDelivery>(|role| {
            tried_with_webhook(role, |webhook| ReplayDelivery {
                webhook,
                stream: "USERS".to_owned(),
                sequence: 1,
            })
        })
        .row::<NoteAttempt>(|role| {
            tried_with_webhook(role, |webhook| NoteAttempt {
                webhook,
                attempt: super::webhooks::attempt(1),
                errand: None,
            })
        })
}

#[test]
fn only_administrators_and_the_program_see_webhooks() {
    let cast = set_up();
    let id = cast.does(Role::Program, super::webhooks::addition());
    let snapshot = cast.school.app.snapshot();
    for role in Role::ALL {
        let actor = cast.actor(role);
        let seen = [
            webhooks(&snapshot, &actor).is_ok(),
            one_webhook(&snapshot, &actor, id).is_ok(),
            followed(&snapshot, &actor, id).is_ok(),
            attempts_of(&snapshot, &actor, id, &PageRequest::first(1)).is_ok(),
            errands(&snapshot, &actor, 1).is_ok(),
        ];
        let may = matches!(role, Role::Admin | Role::Program);
        assert_eq!(seen, [may; 5], "{role}");
    }
}

#[test]
fn only_administrators_and_the_program_see_the_log() {
    let cast = set_up();
    let snapshot = cast.school.app.snapshot();
    for role in Role::ALL {
        let actor = cast.actor(role);
        let names = ("ORDERS", "shop");
        let seen = [
            all_streams(&snapshot, &actor).is_ok(),
            one_stream(&snapshot, &actor, "ORDERS").is_ok(),
            all_consumers(&snapshot, &actor, "ORDERS").is_ok(),
            consumer_of(&snapshot, &actor, names).is_ok(),
            messages_of(&snapshot, &actor, "ORDERS", (PageFrom::Newest, 10)).is_ok(),
            verified(&snapshot, &actor, "ORDERS", 0).is_ok(),
            message_of(&snapshot, &actor, "ORDERS", 1).is_ok(),
            letters_of(&snapshot, &actor, names, (0, 10)).is_ok(),
            info_of(cast.school.app.consumers(), &actor, names).is_ok(),
        ];
        let unseen = letter_of(&snapshot, &actor, names, 1)
            .unwrap_err()
            .problem();
        let may = matches!(role, Role::Admin | Role::Program);
        assert_eq!(seen, [may; 9], "{role}");
        assert_eq!(unseen == Some(DEAD_LETTER_NOT_FOUND), may, "{role}");
    }
}
