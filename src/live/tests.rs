//! Stories of somebody who follows the log.

use std::sync::Arc;

use app::{Actor, App, SchoolRole, Secret, UserId};
use people::sessions::{
    Client, EndSession, NewSession, Password, PasswordHash, StartSession, Token,
};
use people::users::{AddUser, ChangeRole, NewUser};
use testkit::School;
use tokio::sync::watch;

use crate::*;

/// More than a mailbox holds.
const BURST: usize = 700;

/// A school with an administrator who is signed in.
fn school() -> (School, UserId, Token) {
    let school = School::new(people::FEATURES);
    add(&school, "first");
    let user = add(&school, "second");
    let token = Token::new(&school.app.new_secret());
    let session = NewSession {
        user,
        token: token.clone(),
        client: Client::at([127, 0, 0, 1].into(), None),
    };
    school.run_as_program(StartSession {
        session,
        password: Some(password()),
        renewed: None,
    });
    (school, user, token)
}

fn password() -> PasswordHash {
    let password = Password::offer("edusphere").unwrap();
    password.hash(&Secret([7; 32])).unwrap()
}

fn add(school: &School, name: &str) -> UserId {
    let user = NewUser::named(name, name).unwrap().role(SchoolRole::Admin);
    school.run_as_program(AddUser {
        user,
        password: Some(password()),
    })
}

async fn happens(app: &App, people: std::ops::Range<usize>) {
    for number in people {
        let user = NewUser::named(&format!("user{number}"), "Somebody").unwrap();
        let password = None;
        let add = AddUser { user, password };
        app.run(Actor::program("test"), add).await.unwrap();
    }
}

fn everything() -> Interest {
    Interest::Messages(Filter::parse("edusphere.users.added").unwrap())
}

/// What a story does while the hub follows, from before its beginning.
fn followed<T>(school: &School, hub: &Arc<Hub>, story: impl Future<Output = T>) -> T {
    let (_stop, stopping) = watch::channel(false);
    school.block_on(async {
        tokio::select! {
            biased;
            ended = hub.follow(stopping) => panic!("the hub ended: {ended:?}"),
            told = story => told,
        }
    })
}

/// Who is told of this many messages, each once and in order; the last.
async fn tells(follower: &mut Follower, people: std::ops::Range<usize>, app: &App) -> Told {
    let mut last = None;
    for number in people {
        let told = follower.next().await.unwrap().unwrap();
        let user = told.message.key.parse().unwrap();
        let user = people::users::user(&app.snapshot(), user).unwrap().unwrap();
        assert_eq!(user.username, format!("user{number}"));
        last = Some(told);
    }
    last.unwrap()
}

#[test]
fn a_burst_that_no_mailbox_holds_is_told_whole_and_gone_on_with_after_a_cut() {
    let (school, _, token) = school();
    let hub = Hub::new(school.app.clone());
    let app = &school.app;
    followed(&school, &hub, async {
        let begin = |after: Option<&str>| Follower::begin(&hub, token.clone(), everything(), after);
        let mut follower = begin(None).unwrap();
        happens(app, 0..1).await;
        tells(&mut follower, 0..1, app).await;
        assert!(!follower.backlog().is_overfull());
        // Nobody takes anything meanwhile, and whoever writes does not wait for that.
        happens(app, 1..BURST).await;
        assert!(follower.backlog().is_overfull());
        let half = tells(&mut follower, 1..BURST / 2, app).await;
        tells(&mut follower, BURST / 2..BURST, app).await;
        happens(app, BURST..BURST + 1).await;
        tells(&mut follower, BURST..BURST + 1, app).await;
        drop(follower);
        assert_eq!(hub.listeners(), 0);
        let cursor = cursor(half.position).to_string();
        let mut again = begin(Some(&cursor)).unwrap();
        tells(&mut again, BURST / 2..BURST + 1, app).await;
    });
}

#[test]
fn a_follower_ends_with_the_role_and_needs_a_session() {
    let (school, user, token) = school();
    let hub = Hub::new(school.app.clone());
    let app = &school.app;
    followed(&school, &hub, async {
        let begin = |token: &Token| Follower::begin(&hub, token.clone(), everything(), None);
        let mut follower = begin(&token).unwrap();
        let demote = ChangeRole {
            user,
            role: SchoolRole::Staff,
        };
        app.run(Actor::program("test"), demote).await.unwrap();
        assert!(follower.next().await.unwrap().is_none());
        let refused = begin(&token).err().and_then(|error| error.problem());
        assert_eq!(refused, Some(kernel::problems::FORBIDDEN));
        let end = EndSession {
            token: token.clone(),
        };
        app.run(school.member(user), end).await.unwrap();
        let refused = begin(&token).err().and_then(|error| error.problem());
        assert_eq!(refused, Some(kernel::problems::UNAUTHENTICATED));
    });
}
