//! Moves several amounts in one request. Each transfer gets a verdict of its own; linked ones stand or fall together.

use proto::azora::mint::v1::{BatchItem, BatchTransferRequest, BatchTransferResponse, BatchVerdict, TransferRequest};
use shared::call::Call;
use shared::error::{Error, Fault, Refusal, Result};
use shared::fields::Fields;
use shared::id;
use shared::work::Verdict;

use super::transfer::Transfer;
use crate::Mint;
use crate::error::MintError;
use crate::posting::{Books, Command, Needs};

const TRANSFERS_MAX: usize = 500;

pub struct BatchTransfer {
    /// Transfers that stand or fall together; most stand alone.
    groups: Vec<Vec<Transfer>>,
}

impl TryFrom<BatchTransferRequest> for BatchTransfer {
    type Error = Error;

    fn try_from(request: BatchTransferRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let count = request.transfers.len();
        if !(1..=TRANSFERS_MAX).contains(&count) {
            fields.refuse("transfers", format!("must be 1 to {TRANSFERS_MAX}, are {count}"));
            return fields.finish(Self { groups: Vec::new() });
        }
        if request.transfers.last().is_some_and(|last| last.linked) {
            fields.refuse(format!("transfers[{}].linked", count - 1), "has no transfer after it");
        }
        let mut groups = Vec::new();
        let mut group = Vec::new();
        for (place, item) in request.transfers.into_iter().enumerate() {
            let linked = item.linked;
            group.extend(read(&mut fields, place, item)?);
            if !linked {
                groups.push(std::mem::take(&mut group));
            }
        }
        fields.finish(Self { groups })
    }
}

/// Reads one as Transfer does, and names its bad fields by its place.
fn read(fields: &mut Fields, place: usize, item: BatchItem) -> Result<Option<Transfer>> {
    let BatchItem { from_wallet_id, to_wallet_id, amount, memo, .. } = item;
    let alone = TransferRequest { request_id: String::new(), from_wallet_id, to_wallet_id, amount, memo };
    match Transfer::try_from(alone) {
        Ok(transfer) => Ok(Some(transfer)),
        Err(Error::Refused(refusal)) => {
            for (path, what) in &refusal.fields {
                fields.refuse(format!("transfers[{place}].{path}"), what.clone());
            }
            if refusal.fields.is_empty() {
                fields.refuse(format!("transfers[{place}]"), refusal.message);
            }
            Ok(None)
        }
        Err(technical) => Err(technical),
    }
}

pub async fn run(mint: &Mint, call: &Call, input: BatchTransfer) -> Result<BatchTransferResponse> {
    mint.writer.post(call, input).await
}

impl Command for BatchTransfer {
    fn needs(&self, needs: &mut Needs) {
        for transfer in self.groups.iter().flatten() {
            transfer.needs(needs);
        }
    }

    fn judge(&self, call: &Call, books: &mut Books) -> Result<Verdict> {
        let mut verdicts = Vec::new();
        for group in &self.groups {
            verdicts.extend(judge_group(call, books, group)?);
        }
        let answer = BatchTransferResponse { verdicts };
        let request_id = call.claim().map(|claim| claim.request_id).unwrap_or_default();
        Ok(Verdict::new(&request_id, &answer, &answer))
    }

    fn weight(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}

fn judge_group(call: &Call, books: &mut Books, group: &[Transfer]) -> Result<Vec<BatchVerdict>> {
    let id = (group.len() > 1).then(id::time_ordered);
    let mut guilty = 0;
    let posted: Result<Vec<_>> = books.attempt(|books| {
        let each = group.iter().enumerate().map(|(place, transfer)| {
            guilty = place;
            transfer.post(call, books, id)
        });
        each.collect()
    });
    match posted {
        Ok(transactions) => Ok(transactions
            .into_iter()
            .map(|transaction| BatchVerdict { transaction: Some(transaction), ..BatchVerdict::default() })
            .collect()),
        Err(Error::Refused(refusal)) => {
            let verdict = |place| if place == guilty { refused(&refusal) } else { innocent() };
            Ok((0..group.len()).map(verdict).collect())
        }
        Err(technical) => Err(technical),
    }
}

fn refused(refusal: &Refusal) -> BatchVerdict {
    BatchVerdict { transaction: None, reason: refusal.reason.to_owned(), message: refusal.message.clone() }
}

fn innocent() -> BatchVerdict {
    let fault = MintError::GroupRefused;
    BatchVerdict { transaction: None, reason: fault.kind().1.to_owned(), message: fault.to_string() }
}
