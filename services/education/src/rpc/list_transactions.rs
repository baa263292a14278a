//! Lists what moved in and out of a student's spending wallet, newest first.

use proto::azora::education::v1::{ListTransactionsRequest, ListTransactionsResponse, TransactionType};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};
use shared::call::Call;
use shared::error::{Error, Result, not_found};
use shared::fields::Fields;
use shared::page;
use shared::word::Word;

use crate::Education;
use crate::entity::{student, transaction, wallet};
use crate::id::StudentId;

pub struct ListTransactions {
    student: Option<StudentId>,
    kind: Option<Word<TransactionType>>,
}

impl TryFrom<ListTransactionsRequest> for ListTransactions {
    type Error = Error;

    fn try_from(request: ListTransactionsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            student: fields.optional_id("student_id", &request.student_id),
            kind: fields.optional_word("type", request.r#type),
        };
        fields.finish(input)
    }
}

pub async fn run(education: &Education, call: &Call, input: ListTransactions) -> Result<ListTransactionsResponse> {
    let db = education.work.read();
    let student = student::asked_for(call, input.student)?.one(db).await?.ok_or_else(|| not_found("student"))?;
    let wallet = wallet::of(student.id).one(db).await?.ok_or_else(|| not_found("wallet"))?;
    let asked_for = transaction::of_wallet(wallet.id)
        .apply_if(input.kind, |list, kind| list.filter(transaction::Column::Type.eq(kind)));
    let page = page::newest(db, call, asked_for, transaction::Column::CreatedAt, transaction::Column::Id).await?;
    Ok(ListTransactionsResponse {
        next_page_token: page.next,
        transactions: page.rows.into_iter().map(Into::into).collect(),
    })
}
