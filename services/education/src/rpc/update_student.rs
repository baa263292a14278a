//! Changes a student record: the fields that the mask names, or without one those that are not empty.

use proto::azora::education::v1::{Student, UpdateStudentRequest, UpdateStudentResponse};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{self, NotSet, Set, Unchanged};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::student;
use crate::id::StudentId;

const CHANGEABLE: [&str; 5] = ["first_name", "last_name", "date_of_birth", "grade", "country"];

pub struct UpdateStudent {
    student: Option<StudentId>,
    first_name: ActiveValue<String>,
    last_name: ActiveValue<String>,
    date_of_birth: ActiveValue<Option<String>>,
    grade: ActiveValue<Option<String>>,
    country: ActiveValue<String>,
}

impl TryFrom<UpdateStudentRequest> for UpdateStudent {
    type Error = Error;

    fn try_from(request: UpdateStudentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let mask = fields.mask("update_mask", request.update_mask.as_ref(), &CHANGEABLE);
        let touches = |field, text: &str| mask.covers(field, !text.is_empty());
        let mut input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            first_name: NotSet,
            last_name: NotSet,
            date_of_birth: NotSet,
            grade: NotSet,
            country: NotSet,
        };
        if touches("first_name", &request.first_name) {
            input.first_name = Set(fields.text("first_name", &request.first_name, 1..=100));
        }
        if touches("last_name", &request.last_name) {
            input.last_name = Set(fields.text("last_name", &request.last_name, 0..=100));
        }
        if touches("date_of_birth", &request.date_of_birth) {
            input.date_of_birth = Set(fields.date("date_of_birth", &request.date_of_birth));
        }
        if touches("grade", &request.grade) {
            input.grade = Set(fields.optional_text("grade", &request.grade, 1..=20));
        }
        if touches("country", &request.country) {
            input.country = Set(student::country(&mut fields, "country", &request.country));
        }
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: UpdateStudent) -> Result<UpdateStudentResponse> {
    education
        .work
        .mutate(call, async |work| {
            let locked = work.lock_one(student::asked_for(call, input.student)?).await?;
            let student = locked.ok_or_else(|| not_found("student"))?;
            let changed = student::ActiveModel {
                id: Unchanged(student.id),
                first_name: input.first_name,
                last_name: input.last_name,
                date_of_birth: input.date_of_birth,
                grade: input.grade,
                country: input.country,
                updated_at: Set(call.now()),
                ..Default::default()
            };
            let student = Student::from(changed.update(&work.tx).await?);
            work.audit(&student.id, &student)?;
            Ok(UpdateStudentResponse { student: Some(student) })
        })
        .await
}
