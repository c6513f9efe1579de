//! Who may do and see what.

use app::Command;
use eventlog::problems::DEAD_LETTER_NOT_FOUND;
use eventlog::{
    Chosen, ConsumerConfig, Limits, NewConsumer, Publish, ReplayFrom, Stream, StreamConfig,
};
use testkit::{Cast, Matrix, Role};

use super::staffed;
use crate::streams::*;

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
    with_consumers(with_streams(Matrix::new())).shows(env!("CARGO_MANIFEST_DIR"), TABLE);
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
