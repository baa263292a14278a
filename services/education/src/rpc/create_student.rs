//! Opens a student record and the student's spending wallet. One per user.

use proto::azora::education::v1::{CreateStudentRequest, CreateStudentResponse, Student};
use sea_orm::ActiveModelTrait;
use shared::call::Call;
use shared::error::{Error, Result, unique};
use shared::fields::Fields;
use shared::id::UserId;

use crate::Education;
use crate::entity::student::{self, Person};
use crate::entity::wallet;
use crate::error::EducationError;

pub struct CreateStudent {
    user: Option<UserId>,
    person: Person,
}

impl TryFrom<CreateStudentRequest> for CreateStudent {
    type Error = Error;

    fn try_from(request: CreateStudentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let country = if request.country.is_empty() { "ZA" } else { &request.country };
        let input = Self {
            user: fields.optional_id("user_id", &request.user_id),
            person: Person {
                first_name: fields.text("first_name", &request.first_name, 1..=100),
                last_name: fields.text("last_name", &request.last_name, 0..=100),
                email: fields.email("email", &request.email),
                date_of_birth: fields.date("date_of_birth", &request.date_of_birth),
                grade: fields.optional_text("grade", &request.grade, 1..=20),
                country: student::country(&mut fields, "country", country),
            },
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: CreateStudent) -> Result<CreateStudentResponse> {
    education
        .work
        .mutate(call, async |work| {
            let user = call.subject("user_id", input.user)?;
            if student::owned_or_deleted_by(user).one(&work.tx).await?.is_some() {
                return Err(EducationError::StudentExists.into());
            }
            // Both indexes can break: the first if the same user is at it elsewhere at this moment.
            let in_use = |error| match unique("students", ["user_id"], EducationError::StudentExists)(error) {
                Error::Database(other) => unique("students", ["email"], EducationError::EmailInUse)(other),
                refused => refused,
            };
            let opened = student::open(user, input.person, call.now());
            let row = student::ActiveModel::from(opened).insert(&work.tx).await.map_err(in_use)?;
            let wallet = wallet::open(row.id, call.now());
            let wallet = wallet::ActiveModel::from(wallet).insert(&work.tx).await?;
            let student = Student::from(row);
            work.audit(&student.id, &student)?;
            Ok(CreateStudentResponse { student: Some(student), wallet: Some(wallet.into()) })
        })
        .await
}
