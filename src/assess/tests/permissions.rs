//! Who may do what with work.

use testkit::{Cast, Matrix, Role};

use super::{class, essay, hand_in, set};
use crate::assignments::{AssignmentId, CreateAssignment, PostGrades};
use crate::grading::GradeSubmission;
use crate::submissions::SubmitAssignment;

/// The student has handed in, and asks for their own.
const OWN: &str = "
    command            nobody  member student observer designer assistant teacher staff  admin program
    assignments.create sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.submit sign-in unseen yes     no       no       no        no      unseen no    sign-in
    submissions.grade  sign-in unseen no      unseen   unseen   yes       yes     unseen yes   sign-in
    grades.post        sign-in unseen no      no       no       yes       yes     unseen yes   yes
";

fn assignment() -> (Cast, AssignmentId) {
    let (cast, course) = class();
    let assignment = set(&cast, course, essay());
    (cast, assignment)
}

#[test]
fn who_may_do_what_with_work() {
    Matrix::new()
        .row::<CreateAssignment>(|role| {
            let (cast, course) = class();
            let assignment = essay();
            let create = CreateAssignment {
                course,
                module: None,
                assignment,
                estimated_minutes: None,
            };
            cast.tries(role, create)
        })
        .row::<SubmitAssignment>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, hand_in(assignment, "work"))
        })
        .row::<GradeSubmission>(|role| {
            let (cast, assignment) = assignment();
            let submission = cast.does(Role::Student, hand_in(assignment, "work"));
            cast.tries(
                role,
                GradeSubmission {
                    submission,
                    score: 1.0,
                    feedback: None,
                },
            )
        })
        .row::<PostGrades>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, PostGrades { assignment })
        })
        .shows(env!("CARGO_MANIFEST_DIR"), OWN);
}
