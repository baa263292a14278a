use mint::Mint;
use proto::azora::mint::v1::{GetStatementRequest, GetStatementResponse, StatementLine};
use shared::clock::{self, Time};
use shared::testing::{TestService, TestUser, assert_fields, assert_refused, units};
use tonic::Code;

use crate::capture_hold::capture_of;
use crate::hold_funds::promised;
use crate::{mint, transfer_of};

pub fn asked(wallet: &str, from: Time, to: Time) -> GetStatementRequest {
    GetStatementRequest {
        wallet_id: wallet.into(),
        from: Some(clock::to_proto(from)),
        to: Some(clock::to_proto(to)),
        ..GetStatementRequest::default()
    }
}

/// All of its pages as one.
pub async fn statement(user: &TestUser, request: GetStatementRequest) -> GetStatementResponse {
    let mut whole = one_page(user, GetStatementRequest { page_size: 200, ..request.clone() }).await;
    while !whole.next_page_token.is_empty() {
        let page_token = std::mem::take(&mut whole.next_page_token);
        let next = one_page(user, GetStatementRequest { page_size: 200, page_token, ..request.clone() }).await;
        whole.lines.extend(next.lines);
        whole.next_page_token = next.next_page_token;
    }
    whole
}

async fn one_page(user: &TestUser, request: GetStatementRequest) -> GetStatementResponse {
    mint(user).get_statement(request).await.unwrap().into_inner()
}

pub fn closes(opening: &str, lines: &[StatementLine], closing: &str) {
    let moved: i64 = lines.iter().map(|line| units(&line.amount)).sum();
    assert_eq!(units(opening) + moved, units(closing));
}

#[tokio::test]
async fn a_statement_closes_whatever_it_is_cut_from() {
    let service = TestService::<Mint>::start().await;
    let mut moments = vec![clock::now()];
    let (alice, from, _, to, hold) = promised(&service).await;
    moments.push(clock::now());
    for amount in ["1", "0.5", "0.25"] {
        mint(&alice).transfer(transfer_of(amount, &from, &to)).await.unwrap();
        moments.push(clock::now());
    }
    mint(&alice).capture_hold(capture_of(&hold, "3")).await.unwrap();
    moments.push(clock::now());
    for (place, begin) in moments.iter().enumerate() {
        for end in &moments[place + 1..] {
            let told = statement(&alice, asked(&from, *begin, *end)).await;
            closes(&told.opening, &told.lines, &told.closing);
            assert_eq!(told.closing_version - told.opening_version, i64::try_from(told.lines.len()).unwrap());
        }
    }
    let whole = statement(&alice, asked(&from, moments[0], moments[5])).await;
    assert_eq!((whole.opening.as_str(), whole.closing.as_str(), whole.lines.len()), ("0", "5.25", 6));
    let (held, paid) = (&whole.lines[1], &whole.lines[5]);
    assert_eq!((held.amount.as_str(), held.held_delta.as_str(), held.hold_id.as_str()), ("0", "4", hold.id.as_str()));
    assert_eq!((paid.amount.as_str(), paid.held_delta.as_str(), paid.held_after.as_str()), ("-3", "-4", "0"));
    assert_eq!(paid.transaction.as_ref().map(|one| one.hold_id.as_str()), Some(hold.id.as_str()));
}

#[tokio::test]
async fn a_page_goes_on_where_the_one_before_ended() {
    let service = TestService::<Mint>::start().await;
    let begin = clock::now();
    let (alice, from, _, to, _) = promised(&service).await;
    for _ in 0..3 {
        mint(&alice).transfer(transfer_of("1", &from, &to)).await.unwrap();
    }
    let request = asked(&from, begin, clock::now());
    let whole = statement(&alice, request.clone()).await;
    let (mut lines, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = one_page(&alice, GetStatementRequest { page_size: 2, page_token, ..request.clone() }).await;
        assert_eq!((&page.opening, &page.closing), (&whole.opening, &whole.closing));
        lines.extend(page.lines);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(lines, whole.lines);
}

#[tokio::test]
async fn bad_moments_and_other_peoples_wallets_are_refused() {
    let service = TestService::<Mint>::start().await;
    let (_, from, bob, _, _) = promised(&service).await;
    let now = clock::now();
    let hour = chrono::Duration::hours(1);
    for (begin, end, field) in [(now, now + hour, "to"), (now, now, "to"), (now, now - hour, "to")] {
        assert_fields(&mint(&bob).get_statement(asked(&from, begin, end)).await, &[field]);
    }
    let nothing = mint(&bob).get_statement(GetStatementRequest::default()).await;
    assert_fields(&nothing, &["wallet_id", "from", "to"]);
    let refused = mint(&bob).get_statement(asked(&from, now - hour, now)).await;
    assert_refused(&refused, Code::NotFound, "NOT_FOUND");
}
