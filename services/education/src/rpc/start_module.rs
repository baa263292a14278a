//! Begins a module, which counts half from then on. Beginning it again changes nothing.

use proto::azora::education::v1::{LearningProgress, StartModuleRequest, StartModuleResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::student;
use crate::id::{ModuleId, StudentId};
use crate::study;

pub struct StartModule {
    module: ModuleId,
    student: Option<StudentId>,
}

impl TryFrom<StartModuleRequest> for StartModule {
    type Error = Error;

    fn try_from(request: StartModuleRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            module: fields.id("module_id", &request.module_id),
            student: fields.optional_id("student_id", &request.student_id),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: StartModule) -> Result<StartModuleResponse> {
    education
        .work
        .mutate(call, async |work| {
            let student = student::asked_for(call, input.student)?.one(&work.tx).await?;
            let student = student.ok_or_else(|| not_found("student"))?;
            let place = study::lock_place(work, call, student.id, input.module).await?;
            let row = study::begin(work, &place, input.module, call.now()).await?;
            let place = study::refresh(work, place, call.now()).await?;
            let progress = LearningProgress::from(row);
            work.audit(&progress.id, &progress)?;
            Ok(StartModuleResponse { progress: Some(progress), enrollment: Some(place.into()) })
        })
        .await
}
