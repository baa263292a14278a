//! What learning writes: rows per module, and the percent of the enrollment that they add up to. The enrollment is
//! locked before any of a student's rows in a course is touched, and before a changed course is reckoned anew, so the
//! percent is always what `progress.rs` makes of the rows.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use shared::amount::Amount;
use shared::call::Call;
use shared::clock::Time;
use shared::error::{Result, not_found};
use shared::hundredths::Hundredths;
use shared::work::Work;

use crate::content::View;
use crate::entity::{course, enrollment, learning_progress, module};
use crate::error::EducationError;
use crate::id::{CourseId, EnrollmentId, ModuleId, StudentId};
use crate::progress::Tally;

/// Rows that one statement changes at most: both databases bound the number of parameters.
const CHUNK: usize = 1000;

/// How far the caller may look into the modules of a course that the caller has been found to see.
pub async fn view(db: &impl ConnectionTrait, call: &Call, course: &course::Model) -> Result<View> {
    if course.is_open_to(call) {
        return Ok(View::Whole);
    }
    if course.price == Amount::ZERO {
        return Ok(View::WithoutKeys);
    }
    let place = enrollment::held_by(call.user(), course.id).one(db).await?;
    Ok(if place.is_some() { View::WithoutKeys } else { View::Withheld })
}

/// Locks the place that a student has in the course of a module.
pub async fn lock_place(
    work: &Work<'_>,
    call: &Call,
    student: StudentId,
    module: ModuleId,
) -> Result<enrollment::Model> {
    let course: Option<CourseId> =
        module::by_id(module).select_only().column(module::Column::CourseId).into_tuple().one(&work.tx).await?;
    let course = course.ok_or_else(|| not_found("module"))?;
    let place = work.lock_one(enrollment::of(student, course)).await?;
    if let Some(place) = place.filter(|place| !place.is_dropped()) {
        return Ok(place);
    }
    // That there is such a module is told only to those who may see its course.
    let seen = course::visible_to(call).filter(course::Column::Id.eq(course)).one(&work.tx).await?;
    seen.ok_or_else(|| not_found("module"))?;
    Err(EducationError::NotEnrolled.into())
}

/// The row of a module, begun now if it has not been before. The place is locked, so nobody else begins it meanwhile.
pub async fn begin(
    work: &Work<'_>,
    place: &enrollment::Model,
    module: ModuleId,
    now: Time,
) -> Result<learning_progress::Model> {
    if let Some(row) = learning_progress::of(place.student_id, module).one(&work.tx).await? {
        return Ok(row);
    }
    let row = learning_progress::begun(place.student_id, module, now);
    Ok(learning_progress::ActiveModel::from(row).insert(&work.tx).await?)
}

/// Brings the percent of a locked place up to date. That of a completed course is final.
pub async fn refresh(work: &Work<'_>, place: enrollment::Model, now: Time) -> Result<enrollment::Model> {
    if !place.is_active() {
        return Ok(place);
    }
    let progress = percent(&work.tx, place.student_id, place.course_id).await?;
    if progress == place.progress {
        return Ok(place);
    }
    let refreshed = enrollment::ActiveModel {
        id: Unchanged(place.id),
        progress: Set(progress),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(refreshed.update(&work.tx).await?)
}

/// How far a student is in a course, by the rows as they stand.
pub async fn percent(db: &impl ConnectionTrait, student: StudentId, course: CourseId) -> Result<Hundredths> {
    let modules = module::count(db, course).await?;
    let begun: Vec<bool> = learning_progress::in_course(course)
        .filter(learning_progress::Column::StudentId.eq(student))
        .select_only()
        .column(learning_progress::Column::Completed)
        .into_tuple()
        .all(db)
        .await?;
    Ok(begun.into_iter().fold(Tally::of(modules.into()), Tally::with).percent())
}

/// Brings the percent of everybody who is at a course up to date, after its modules have changed.
pub async fn reckon_anew(work: &Work<'_>, course: CourseId, now: Time) -> Result<()> {
    // Every place, not only those with progress: somebody may be beginning a first module right now.
    let places = work.lock(enrollment::active_in(course).order_by_asc(enrollment::Column::Id)).await?;
    if places.is_empty() {
        return Ok(());
    }
    let by_student = tallies(&work.tx, course).await?;
    let mut changed: BTreeMap<Hundredths, Vec<EnrollmentId>> = BTreeMap::new();
    for place in places {
        let progress = by_student.get(&place.student_id).copied().map_or(Hundredths(0), Tally::percent);
        if progress != place.progress {
            changed.entry(progress).or_default().push(place.id);
        }
    }
    for (progress, ids) in changed {
        for ids in ids.chunks(CHUNK) {
            enrollment::Entity::update_many()
                .col_expr(enrollment::Column::Progress, Expr::value(progress))
                .col_expr(enrollment::Column::UpdatedAt, Expr::value(now))
                .filter(enrollment::Column::Id.is_in(ids.iter().copied()))
                .exec(&work.tx)
                .await?;
        }
    }
    Ok(())
}

/// What everybody who has begun a module of a course has done of it.
async fn tallies(db: &impl ConnectionTrait, course: CourseId) -> Result<HashMap<StudentId, Tally>> {
    let modules = module::count(db, course).await?;
    let rows: Vec<(StudentId, bool)> = learning_progress::in_course(course)
        .select_only()
        .columns([learning_progress::Column::StudentId, learning_progress::Column::Completed])
        .into_tuple()
        .all(db)
        .await?;
    let mut tallies = HashMap::new();
    for (student, completed) in rows {
        let tally = tallies.entry(student).or_insert_with(|| Tally::of(modules.into()));
        *tally = tally.with(completed);
    }
    Ok(tallies)
}
