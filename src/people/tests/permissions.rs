//! Who may do what to people and their ways in.

use app::{Actor, Secret, UserId};
use testkit::{Cast, Matrix, Role, School};

use crate::FEATURES;
use crate::codes::{Code, IssueSignInCode, ResetPassword, UseSignInCode};
use crate::sessions::{
    ChangePassword, Client, EndSession, NewSession, PasswordHash, RevokeAllSessions, RevokeSession,
    StartSession, Token, TouchSession, sessions,
};
use crate::tries::{Account, TakeTry};
use crate::users::{
    AddUser, ChangeRole, DisableUser, EnableUser, NewUser, SchoolRole, UpdateUser, UserChange,
};

const OTHERS: &str = "
    command                  nobody  member student observer designer assistant teacher staff admin program
    users.add                sign-in no     no      no       no       no        no      no    yes   yes
    users.update             sign-in no     no      no       no       no        no      no    yes   yes
    users.change_role        sign-in no     no      no       no       no        no      no    yes   yes
    users.disable            sign-in no     no      no       no       no        no      no    yes   yes
    users.enable             sign-in no     no      no       no       no        no      no    yes   yes
    sessions.start           no      no     no      no       no       no        no      no    no    yes
    sessions.touch           yes     yes    yes     yes      yes      yes       yes     yes   yes   yes
    sessions.end             yes     yes    yes     yes      yes      yes       yes     yes   yes   yes
    sessions.revoke          sign-in no     no      no       no       no        no      no    yes   yes
    sessions.revoke_all      sign-in no     no      no       no       no        no      no    yes   yes
    sessions.change_password no      no     no      no       no       no        no      no    no    yes
    codes.issue              sign-in no     no      no       no       no        no      no    yes   yes
    codes.reset_password     sign-in no     no      no       no       no        no      no    yes   yes
    codes.use                no      no     no      no       no       no        no      no    no    yes
    tries.take               no      no     no      no       no       no        no      no    no    yes
";

const SECRET: Secret = Secret([7; 32]);

/// A school with one person of each role, and Ada, whom things are done to.
struct World {
    cast: Cast,
    ada: UserId,
    password: PasswordHash,
}

fn world() -> World {
    let cast = Cast::gather(School::new(FEATURES), |school, name, role| {
        school.run_as_program(AddUser {
            user: NewUser::named(name, name).unwrap().role(role),
            password: None,
        })
    });
    // Nobody signs in with it, so nothing needs to be hashed.
    let password = PasswordHash::stored("$argon2id$".to_owned());
    let ada = cast.does(Role::Program, ada(Some(password.clone())));
    World {
        cast,
        ada,
        password,
    }
}

fn ada(password: Option<PasswordHash>) -> AddUser {
    AddUser {
        user: NewUser::named("ada", "Ada Lovelace").unwrap(),
        password,
    }
}

impl World {
    fn session(&self) -> NewSession {
        NewSession {
            user: self.ada,
            token: Token::new(&SECRET),
            client: Client::at([127, 0, 0, 1].into(), None),
        }
    }

    fn start(&self) -> StartSession {
        StartSession {
            session: self.session(),
            password: None,
            renewed: None,
        }
    }

    /// Ada's only session.
    fn revoke(&self) -> RevokeSession {
        self.cast.does(Role::Program, self.start());
        let school = &self.cast.school;
        let program = Actor::program("test");
        let found = sessions(&school.app.snapshot(), &program, self.ada, school.app.now());
        RevokeSession {
            user: self.ada,
            session: found.unwrap()[0].id,
        }
    }

    fn issue(&self) -> IssueSignInCode {
        IssueSignInCode {
            user: self.ada,
            code: Code::new(&SECRET).hash(),
        }
    }

    fn profile(&self) -> UpdateUser {
        UpdateUser {
            user: self.ada,
            change: UserChange {
                display_name: Some("Countess".to_owned()),
                ..UserChange::default()
            },
        }
    }
}

fn of_users(matrix: Matrix) -> Matrix {
    matrix
        .row::<AddUser>(|role| {
            let cast = world().cast;
            let user = NewUser::named("eve", "Eve").unwrap();
            let password = None;
            cast.tries(role, AddUser { user, password })
        })
        .row::<UpdateUser>(|role| {
            let world = world();
            world.cast.tries(role, world.profile())
        })
        .row::<ChangeRole>(|role| {
            let World {
                cast, ada: user, ..
            } = world();
            let staff = SchoolRole::Staff;
            cast.tries(role, ChangeRole { user, role: staff })
        })
        .row::<DisableUser>(|role| {
            let World {
                cast, ada: user, ..
            } = world();
            cast.tries(role, DisableUser { user })
        })
        .row::<EnableUser>(|role| {
            let World {
                cast, ada: user, ..
            } = world();
            cast.does(Role::Program, DisableUser { user });
            cast.tries(role, EnableUser { user })
        })
}

fn of_sessions(matrix: Matrix) -> Matrix {
    let token = || Token::new(&SECRET);
    matrix
        .row::<StartSession>(|role| {
            let world = world();
            world.cast.tries(role, world.start())
        })
        .row::<TouchSession>(|role| world().cast.tries(role, TouchSession { token: token() }))
        .row::<EndSession>(|role| world().cast.tries(role, EndSession { token: token() }))
        .row::<RevokeSession>(|role| {
            let world = world();
            world.cast.tries(role, world.revoke())
        })
        .row::<RevokeAllSessions>(|role| {
            let World {
                cast, ada: user, ..
            } = world();
            cast.tries(role, RevokeAllSessions { user, but: None })
        })
        .row::<ChangePassword>(|role| {
            let world = world();
            let change = ChangePassword {
                current: world.password.clone(),
                new: world.password.clone(),
                session: world.session(),
            };
            world.cast.tries(role, change)
        })
}

#[test]
fn who_may_do_what_to_others() {
    of_sessions(of_users(Matrix::new()))
        .row::<IssueSignInCode>(|role| {
            let world = world();
            world.cast.tries(role, world.issue())
        })
        .row::<ResetPassword>(|role| {
            let world = world();
            let issue = world.issue();
            world.cast.tries(role, ResetPassword { issue })
        })
        .row::<UseSignInCode>(|role| {
            let world = world();
            world.cast.does(Role::Program, world.issue());
            let using = UseSignInCode {
                code: Code::new(&SECRET).hash(),
                password: world.password.clone(),
                session: world.session(),
            };
            world.cast.tries(role, using)
        })
        .row::<TakeTry>(|role| {
            let take = TakeTry {
                account: Account::named("ada"),
                user: None,
            };
            world().cast.tries(role, take)
        })
        .shows(env!("CARGO_MANIFEST_DIR"), OTHERS);
}

#[test]
fn people_change_their_profile_and_sessions_and_nothing_else() {
    let world = world();
    let school = &world.cast.school;
    let own = school.member(world.ada);
    school.run(own.clone(), world.profile()).unwrap();
    school.run(own.clone(), world.revoke()).unwrap();
    let all = RevokeAllSessions {
        user: world.ada,
        but: None,
    };
    school.run(own.clone(), all).unwrap();
    let renamed = UserChange {
        username: Some("countess".to_owned()),
        ..UserChange::default()
    };
    let known = UserChange {
        external_id: kernel::Change::To(None),
        ..UserChange::default()
    };
    for change in [renamed, known] {
        let update = UpdateUser {
            user: world.ada,
            change,
        };
        let refused = school.refused(own.clone(), update);
        assert_eq!(refused, kernel::problems::FORBIDDEN);
    }
    school.agrees();
}
