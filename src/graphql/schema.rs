//! The schema: the features' queries, mutations and subscriptions, put together.

use std::sync::Arc;

use async_graphql::{Context, MergedObject, MergedSubscription, SchemaBuilder, ValidationMode};
use courses::neighbours::Neighbours;
use insight::search::Search;

use crate::activity::ActivitySubscriptions;
use crate::analytics::AnalyticsQueries;
use crate::assignments::{AssignmentMutations, AssignmentQueries};
use crate::audit::AuditQueries;
use crate::comments::CommentMutations;
use crate::courses::{CourseMutations, CourseQueries};
use crate::discussions::{DiscussionMutations, DiscussionQueries, DiscussionSubscriptions};
use crate::drafts::DraftMutations;
use crate::enrollments::EnrollmentMutations;
use crate::extensions::ExtensionMutations;
use crate::files::FileMutations;
use crate::grades::{GradeMutations, GradeSubscriptions};
use crate::limits::{DEPTH_MAX, DIRECTIVES_MAX, RECURSION_MAX};
use crate::modules::{ItemMutations, ModuleMutations};
use crate::node::NodeQueries;
use crate::pages::{PageMutations, PageQueries};
use crate::progress::ProgressMutations;
use crate::search::SearchQueries;
use crate::sections::SectionMutations;
use crate::sessions::{SessionMutations, SessionQueries};
use crate::submissions::{SubmissionMutations, SubmissionQueries};
use crate::terms::{TermMutations, TermQueries};
use crate::users::{UserMutations, UserQueries};

/// What can be asked.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    UserQueries,
    SessionQueries,
    CourseQueries,
    TermQueries,
    PageQueries,
    AssignmentQueries,
    SubmissionQueries,
    DiscussionQueries,
    AnalyticsQueries,
    AuditQueries,
    NodeQueries,
    SearchQueries,
);

/// What can be done. The changes of one document are made one after another.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    UserMutations,
    SessionMutations,
    CourseMutations,
    EnrollmentMutations,
    TermMutations,
    SectionMutations,
    ModuleMutations,
    ItemMutations,
    PageMutations,
    FileMutations,
    ProgressMutations,
    AssignmentMutations,
    SubmissionMutations,
    GradeMutations,
    ExtensionMutations,
    DraftMutations,
    CommentMutations,
    DiscussionMutations,
);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub(crate) struct Subscription(
    ActivitySubscriptions,
    DiscussionSubscriptions,
    GradeSubscriptions,
);

/// The whole schema.
pub(crate) type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What the areas that build on courses do for a course as a whole.
pub(crate) fn neighbours(ctx: &Context<'_>) -> Neighbours {
    *ctx.data_unchecked::<Neighbours>()
}

/// Search over the school.
pub(crate) fn search_of<'a>(ctx: &Context<'a>) -> &'a Arc<Search> {
    ctx.data_unchecked::<Arc<Search>>()
}

/// The schema for any document, or, with the fast mode, for documents that are known to be valid.
pub(crate) fn build(mode: ValidationMode, introspection: bool) -> Schema {
    let builder: SchemaBuilder<_, _, _> = Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .validation_mode(mode)
    .limit_depth(DEPTH_MAX)
    .limit_recursive_depth(RECURSION_MAX)
    .limit_directives(DIRECTIVES_MAX)
    .disable_suggestions();
    if introspection {
        builder.finish()
    } else {
        builder.disable_introspection().finish()
    }
}
