//! Returns a student's spending wallet.

use proto::azora::education::v1::{GetWalletRequest, GetWalletResponse};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;

use crate::Education;
use crate::entity::{student, wallet};
use crate::id::StudentId;

pub struct GetWallet {
    student: Option<StudentId>,
}

impl TryFrom<GetWalletRequest> for GetWallet {
    type Error = Error;

    fn try_from(request: GetWalletRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self { student: fields.optional_id("student_id", &request.student_id) };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: GetWallet) -> Result<GetWalletResponse> {
    let db = education.work.read();
    let student = student::asked_for(call, input.student)?.one(db).await?.ok_or_else(|| not_found("student"))?;
    let row = wallet::of(student.id).one(db).await?.ok_or_else(|| not_found("wallet"))?;
    Ok(GetWalletResponse { wallet: Some(row.into()) })
}
