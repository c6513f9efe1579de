//! Who may do what with work.

use testkit::{Cast, Matrix, Role};

use super::{class, essay, hand_in, set};
use crate::assignments::{
    AssignmentChange, AssignmentId, Change, CreateAssignment, DeleteAssignment, HideGrades,
    PostGrades, PublishAssignment, UnpublishAssignment, UpdateAssignment,
};
use crate::comments::CommentSubmission;
use crate::drafts::{Begun, DiscardDraft, SaveDraft};
use crate::extensions::{
    Extension, ExtensionChange, GrantExtension, Holder, RevokeExtension, UpdateExtension,
};
use crate::grading::{ExcuseStudent, GradeReads, GradeSubmission, NoteGradeReads, WithdrawExcuse};
use crate::submissions::SubmitAssignment;

/// The student has handed in, and asks for their own.
const OWN: &str = "
    command                nobody  member student observer designer assistant teacher staff  admin program
    assignments.create     sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.update     sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.publish    sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.unpublish  sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.delete     sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    assignments.submit     sign-in unseen yes     no       no       no        no      unseen no    sign-in
    drafts.save            sign-in unseen yes     no       no       no        no      unseen no    sign-in
    drafts.discard         sign-in unseen yes     no       no       no        no      unseen no    sign-in
    submissions.comment    sign-in unseen yes     unseen   unseen   yes       yes     unseen yes   sign-in
    submissions.grade      sign-in unseen no      unseen   unseen   yes       yes     unseen yes   sign-in
    grades.post            sign-in unseen no      no       no       yes       yes     unseen yes   yes
    grades.hide            sign-in unseen no      no       no       yes       yes     unseen yes   yes
    grades.note_reads      sign-in yes    yes     yes      yes      yes       yes     yes    yes   sign-in
    grades.excuse          sign-in unseen no      no       no       yes       yes     unseen yes   yes
    grades.withdraw_excuse sign-in unseen no      no       no       yes       yes     unseen yes   yes
    extensions.grant       sign-in unseen no      no       no       yes       yes     unseen yes   yes
    extensions.update      sign-in unseen no      no       no       yes       yes     unseen yes   yes
    extensions.revoke      sign-in unseen no      no       no       yes       yes     unseen yes   yes
";

fn assignment() -> (Cast, AssignmentId) {
    let (cast, course) = class();
    let assignment = set(&cast, course, essay());
    (cast, assignment)
}

/// One attempt more for the student.
fn one_more(cast: &Cast, assignment: AssignmentId) -> GrantExtension {
    GrantExtension {
        assignment,
        holder: Holder::User(cast.user(Role::Student)),
        extension: Extension {
            extra_attempts: 1,
            ..Extension::default()
        },
    }
}

#[test]
fn who_may_do_what_with_work() {
    let matrix = of_grades(of_work(of_assignments(Matrix::new())));
    of_extensions(matrix).shows(env!("CARGO_MANIFEST_DIR"), OWN);
}

fn of_assignments(matrix: Matrix) -> Matrix {
    matrix
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
        .row::<UpdateAssignment>(|role| {
            let (cast, assignment) = assignment();
            let change = AssignmentChange::default();
            cast.tries(role, UpdateAssignment { assignment, change })
        })
        .row::<PublishAssignment>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, PublishAssignment { assignment })
        })
        .row::<UnpublishAssignment>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, UnpublishAssignment { assignment })
        })
        .row::<DeleteAssignment>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, DeleteAssignment { assignment })
        })
}

fn of_work(matrix: Matrix) -> Matrix {
    matrix
        .row::<SubmitAssignment>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, hand_in(assignment, "work"))
        })
        .row::<SaveDraft>(|role| {
            let (cast, assignment) = assignment();
            let begun = Begun::new(None, None, Vec::new()).unwrap();
            cast.tries(role, SaveDraft { assignment, begun })
        })
        .row::<DiscardDraft>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, DiscardDraft { assignment })
        })
        .row::<CommentSubmission>(|role| {
            let (cast, assignment) = assignment();
            let submission = cast.does(Role::Student, hand_in(assignment, "work"));
            let comment = CommentSubmission {
                submission,
                body: "Well done".to_owned(),
                idempotency_key: None,
            };
            cast.tries(role, comment)
        })
}

fn of_grades(matrix: Matrix) -> Matrix {
    matrix
        .row::<GradeSubmission>(|role| {
            let (cast, assignment) = assignment();
            let submission = cast.does(Role::Student, hand_in(assignment, "work"));
            cast.tries(
                role,
                GradeSubmission {
                    submission,
                    score: 1.0,
                    feedback: Change::Keep,
                },
            )
        })
        .row::<PostGrades>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, PostGrades { assignment })
        })
        .row::<HideGrades>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, HideGrades { assignment })
        })
        .row::<NoteGradeReads>(|role| {
            let reads = GradeReads::default();
            class().0.tries(role, NoteGradeReads { reads })
        })
        .row::<ExcuseStudent>(|role| {
            let (cast, assignment) = assignment();
            let user = cast.user(Role::Student);
            cast.tries(role, ExcuseStudent { assignment, user })
        })
        .row::<WithdrawExcuse>(|role| {
            let (cast, assignment) = assignment();
            let user = cast.user(Role::Student);
            cast.tries(role, WithdrawExcuse { assignment, user })
        })
}

fn of_extensions(matrix: Matrix) -> Matrix {
    matrix
        .row::<GrantExtension>(|role| {
            let (cast, assignment) = assignment();
            cast.tries(role, one_more(&cast, assignment))
        })
        .row::<UpdateExtension>(|role| {
            let (cast, assignment) = assignment();
            let GrantExtension { holder, .. } = one_more(&cast, assignment);
            cast.does(Role::Teacher, one_more(&cast, assignment));
            let change = ExtensionChange::default();
            let update = UpdateExtension {
                assignment,
                holder,
                change,
            };
            cast.tries(role, update)
        })
        .row::<RevokeExtension>(|role| {
            let (cast, assignment) = assignment();
            let GrantExtension { holder, .. } = one_more(&cast, assignment);
            cast.does(Role::Teacher, one_more(&cast, assignment));
            cast.tries(role, RevokeExtension { assignment, holder })
        })
}
