//! What has happened in the courses of a generated school since their first day, told in order.

use std::sync::mpsc::{SyncSender, sync_channel};

use app::{Actor, App, Command, Tx};
use assess::assignments::{Change, PostGrades};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmissionId, SubmitAssignment, Work};
use community::discussions::{CreateDiscussionPost, PostId};
use courses::progress::CompleteItem;
use kernel::{Fault, Result, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use store::Snapshot;

use super::founding::{Parts, points_of};
use super::timeline::{Deed, Moment};
use super::{PROGRAM, Purpose, School, Step};

/// The most moments that are told in one transaction: their changes come to some 2 MiB.
const BATCH: usize = 512;
/// How many batches have their texts written ahead of the one that is being told.
const AHEAD: usize = 4;
/// The words of what is handed in.
const WORDS: std::ops::Range<usize> = 30..80;

/// A batch of moments, and what was written in each.
type Prepared<'a> = (&'a [Moment], Vec<String>);

/// Tells everything. Texts are written on a thread of their own while earlier moments are told.
pub(super) fn tell(
    app: &App,
    school: &School<'_>,
    (parts, moments): (&[Parts], &[Moment]),
    tell: &dyn Fn(Step),
) -> Result<()> {
    let mut teller = Teller {
        school,
        parts,
        submissions: Vec::new(),
        posts: vec![Vec::new(); parts.len()],
    };
    let total = u32::try_from(moments.len()).unwrap_or(u32::MAX);
    std::thread::scope(|scope| {
        let (sender, prepared) = sync_channel(AHEAD);
        let writer = scope.spawn(move || write(school, moments, &sender));
        let mut done = 0;
        for (moments, texts) in prepared {
            let steps = moments.iter().zip(texts);
            let steps = steps.map(|(moment, text)| teller.step(moment, text));
            let steps = steps.collect::<Result<Vec<_>>>()?;
            let made = app.run_blocking(PROGRAM, Chapter { steps })?;
            for (moment, made) in moments.iter().zip(made) {
                teller.remember(moment, made);
            }
            done += moments.len();
            tell(Step::of("activity", done, total));
        }
        writer
            .join()
            .map_err(|_| Fault::new("the thread that wrote texts is gone").into())
    })
}

/// Writes the texts, batch by batch. A batch ends with its day at the latest: what builds on
/// something earlier happens on a later day, and by then that is told.
fn write<'a>(school: &School<'_>, moments: &'a [Moment], prepared: &SyncSender<Prepared<'a>>) {
    let chance = &mut school.size.chance(Purpose::Texts);
    let day = |moment: &Moment| school.calendar.day_of(moment.at);
    let days = moments.chunk_by(|one, other| day(one) == day(other));
    for batch in days.flat_map(|moments| moments.chunks(BATCH)) {
        let texts = batch.iter().map(|moment| text(school, moment, chance));
        // Nobody takes it when telling an earlier batch has failed, and that is told there.
        if prepared.send((batch, texts.collect())).is_err() {
            break;
        }
    }
}

/// What is written in a moment, empty where nothing is.
fn text(school: &School<'_>, moment: &Moment, chance: &mut StdRng) -> String {
    let writer = usize::try_from(moment.course).ok();
    let Some(writer) = writer.and_then(|course| school.writers.get(course)) else {
        return String::new();
    };
    match moment.deed {
        Deed::Submit { .. } => writer.essay(chance.random_range(WORDS), chance),
        Deed::Post { .. } => writer.remark(chance),
        Deed::Grade { .. } if chance.random_bool(0.4) => writer.feedback(chance),
        Deed::Grade { .. } | Deed::Read { .. } | Deed::Show { .. } => String::new(),
    }
}

/// Knows what has been told.
struct Teller<'a> {
    school: &'a School<'a>,
    parts: &'a [Parts],
    /// By their numbers.
    submissions: Vec<Option<SubmissionId>>,
    /// The first post of each topic, by course and topic.
    posts: Vec<Vec<(u8, PostId)>>,
}

impl Teller<'_> {
    fn step(&self, moment: &Moment, text: String) -> Result<Doing> {
        let course = usize::try_from(moment.course).ok();
        let parts = course
            .and_then(|course| self.parts.get(course))
            .or_unplanned()?;
        let act = match moment.deed {
            Deed::Read { page } => Act::Read(CompleteItem {
                course: parts.course,
                item: *parts.pages.get(usize::from(page)).or_unplanned()?,
            }),
            Deed::Submit { assignment, .. } => Act::Submit(SubmitAssignment {
                assignment: *parts
                    .assignments
                    .get(usize::from(assignment))
                    .or_unplanned()?,
                work: Work::new(Some(text), None, Vec::new())?,
                idempotency_key: None,
            }),
            Deed::Grade {
                assignment,
                number,
                percent,
            } => Act::Grade(GradeSubmission {
                submission: self.submission(number).or_unplanned()?,
                score: score(percent, points_of(usize::from(assignment))),
                feedback: Change::To(Some(text)),
            }),
            Deed::Post { topic } => Act::Post(CreateDiscussionPost {
                topic: *parts.topics.get(usize::from(topic)).or_unplanned()?,
                parent: self.first_post(moment.course, topic),
                body: text,
                idempotency_key: None,
            }),
            Deed::Show { assignment } => Act::Show(PostGrades {
                assignment: *parts
                    .assignments
                    .get(usize::from(assignment))
                    .or_unplanned()?,
            }),
        };
        Ok(Doing {
            at: moment.at,
            actor: self.school.actor(moment.who)?.clone(),
            act,
        })
    }

    fn submission(&self, number: u32) -> Option<SubmissionId> {
        let number = usize::try_from(number).ok()?;
        self.submissions.get(number).copied().flatten()
    }

    fn first_post(&self, course: u32, topic: u8) -> Option<PostId> {
        let posts = self.posts.get(usize::try_from(course).ok()?)?;
        posts.iter().find(|(of, _)| *of == topic).map(|(_, id)| *id)
    }

    fn remember(&mut self, moment: &Moment, made: Made) {
        match (moment.deed, made) {
            (Deed::Submit { number, .. }, Made::Submission(id)) => {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                if self.submissions.len() <= number {
                    self.submissions.resize(number + 1, None);
                }
                if let Some(place) = self.submissions.get_mut(number) {
                    *place = Some(id);
                }
            }
            (Deed::Post { topic }, Made::Post(id)) => {
                let course = usize::try_from(moment.course).ok();
                let posts = course.and_then(|course| self.posts.get_mut(course));
                if let Some(posts) = posts
                    && posts.iter().all(|(of, _)| *of != topic)
                {
                    posts.push((topic, id));
                }
            }
            (_, Made::Submission(_) | Made::Post(_) | Made::Nothing) => {}
        }
    }
}

/// `percent` of the points, in halves.
fn score(percent: u8, points: u32) -> f64 {
    let halves = (u32::from(percent) * points * 2 + 50) / 100;
    f64::from(halves) / 2.0
}

/// What the plan names must be there.
trait OrUnplanned<T> {
    fn or_unplanned(self) -> Result<T>;
}

impl<T> OrUnplanned<T> for Option<T> {
    fn or_unplanned(self) -> Result<T> {
        self.ok_or_else(|| Fault::new("the plan of a generated school does not add up").into())
    }
}

/// Some of what happened, by whom and when.
struct Chapter {
    steps: Vec<Doing>,
}

struct Doing {
    at: Timestamp,
    actor: Actor,
    act: Act,
}

enum Act {
    Read(CompleteItem),
    Submit(SubmitAssignment),
    Grade(GradeSubmission),
    Post(CreateDiscussionPost),
    Show(PostGrades),
}

/// What somebody made by what they did.
enum Made {
    Submission(SubmissionId),
    Post(PostId),
    Nothing,
}

impl Command for Chapter {
    type Out = Vec<Made>;
    const NAME: &'static str = "generate.activity";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Made>> {
        self.steps.iter().map(|step| step.perform(tx)).collect()
    }
}

impl Doing {
    fn perform(&self, tx: &mut Tx<'_>) -> Result<Made> {
        let (actor, at) = (&self.actor, self.at);
        Ok(match &self.act {
            Act::Read(complete) => {
                tx.perform(actor, at, complete)?;
                Made::Nothing
            }
            Act::Submit(submit) => Made::Submission(tx.perform(actor, at, submit)?),
            Act::Grade(grade) => {
                tx.perform(actor, at, grade)?;
                Made::Nothing
            }
            Act::Post(post) => Made::Post(tx.perform(actor, at, post)?),
            Act::Show(show) => {
                tx.perform(actor, at, show)?;
                Made::Nothing
            }
        })
    }
}
