//! What the stories of this area begin with.

mod permissions;
mod streams;
mod webhooks;

use people::users::{AddUser, NewUser};
use testkit::{Cast, School};

/// A school with one person of each role.
pub(crate) fn staffed() -> Cast {
    let school = School::of_areas(&[people::FEATURES, crate::FEATURES]);
    Cast::gather(school, |school, name, role| {
        let user = NewUser::named(name, name).unwrap().role(role);
        school.run_as_program(AddUser {
            user,
            password: None,
        })
    })
}
