//! Money over sudden deaths: what was answered is on the books once, what was refused is not, and what nobody heard the answer
//! of is found out by asking or by repeating.

use std::time::Duration;

use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{
    CreateWalletRequest, GetOperationRequest, GetWalletRequest, MintTokensRequest, Transaction, TransactionType,
    TransferRequest, VerifyLedgerRequest,
};
use shared::amount::Amount;
use shared::random;
use shared::testing::{Bearer, Place, new_id};
use tokio::task::JoinSet;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::people::{PASSWORD, People, alone, started};

const PEOPLE: usize = 8;
const KILLS: u64 = 20;
/// What everybody begins with, in whole coins.
const BEGINNING: i64 = 100;
/// What a client is told when the process is gone, or has not looked at the request.
const LOST: [Code; 4] = [Code::Unavailable, Code::Unknown, Code::Internal, Code::Cancelled];

type Mint = MintServiceClient<InterceptedService<Channel, Bearer>>;

/// Somebody with a wallet.
#[derive(Clone)]
struct Owner {
    bearer: Bearer,
    wallet: String,
}

/// A transfer, and what its sender knows of it.
struct Sent {
    owner: usize,
    request: TransferRequest,
    heard: Option<Result<Transaction, Status>>,
}

/// Tokens that live as long as the test.
const PATIENT: [(&str, &str); 1] = [("AZORA_AUTH_ACCESS_TOKEN_MINUTES", "15")];

fn client(channel: &Channel, bearer: &Bearer) -> Mint {
    MintServiceClient::with_interceptor(channel.clone(), bearer.clone())
}

async fn owners(people: &People, channel: &Channel) -> Vec<Owner> {
    let mut owners = Vec::new();
    for number in 0..PEOPLE {
        let email = format!("p{number}@example.org");
        people.register(&email).await;
        let bearer = Bearer::of(&people.log_in(&email, PASSWORD).await.access_token);
        let request =
            CreateWalletRequest { request_id: new_id(), currency: Currency::Azr.into(), ..Default::default() };
        let answer = client(channel, &bearer).create_wallet(request).await.expect("a wallet");
        let wallet = answer.into_inner().wallet.expect("a wallet").id;
        let request = MintTokensRequest {
            request_id: new_id(),
            wallet_id: wallet.clone(),
            amount: BEGINNING.to_string(),
            r#type: TransactionType::Mint.into(),
            reason: "To begin with".to_owned(),
            ..Default::default()
        };
        client(channel, &people.seed()).mint_tokens(request).await.expect("tokens");
        owners.push(Owner { bearer, wallet });
    }
    owners
}

/// Pays others, now and then more than is there, until nobody answers any more.
async fn pays(mut mint: Mint, owners: Vec<Owner>, owner: usize) -> Vec<Sent> {
    let mut sent = Vec::new();
    loop {
        let [other, amount] = random::bytes::<2>();
        let to = (owner + 1 + usize::from(other) % (PEOPLE - 1)) % PEOPLE;
        let request = TransferRequest {
            request_id: new_id(),
            from_wallet_id: owners[owner].wallet.clone(),
            to_wallet_id: owners[to].wallet.clone(),
            amount: format!("{amount}.5"),
            memo: String::new(),
        };
        let heard = match mint.transfer(request.clone()).await {
            Ok(answer) => Some(Ok(answer.into_inner().transaction.expect("a transaction"))),
            Err(status) if LOST.contains(&status.code()) => None,
            Err(status) => Some(Err(status)),
        };
        let over = heard.is_none();
        sent.push(Sent { owner, request, heard });
        if over {
            return sent;
        }
    }
}

/// What the books say of it; they are asked to do it now if they have not heard of it. Gives the movement, if there was one.
async fn found_out(mint: &mut Mint, sent: &Sent) -> Option<Transaction> {
    let request = GetOperationRequest { operation_id: sent.request.request_id.clone() };
    match (mint.get_operation(request).await, &sent.heard) {
        (Ok(told), heard) => {
            let mut told = told.into_inner();
            match heard {
                Some(Ok(transaction)) => {
                    assert_eq!(told.transactions, std::slice::from_ref(transaction), "acknowledged");
                }
                Some(Err(status)) => assert!(told.transactions.is_empty(), "refused: {}", status.message()),
                None => assert!(told.transactions.len() <= 1),
            }
            let repeated = mint.transfer(sent.request.clone()).await;
            let repeated = repeated.ok().and_then(|answer| answer.into_inner().transaction);
            assert_eq!(repeated.as_ref(), told.transactions.first(), "a repeat gives the first answer");
            told.transactions.pop()
        }
        (Err(status), None) if status.code() == Code::NotFound => {
            let done = mint.transfer(sent.request.clone()).await;
            done.ok().and_then(|answer| answer.into_inner().transaction)
        }
        (Err(status), heard) => panic!("{heard:?} is not on the books: {}", status.message()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_transfer_is_lost_or_doubled_over_twenty_kills() {
    let _alone = alone().await;
    let place = Place::new().await;
    let running = started(&place, &PATIENT);
    let people = People::of(&running, &place).await;
    let owners = owners(&people, &running.channel("mint")).await;
    drop(running);

    let mut sent = Vec::new();
    for round in 0..KILLS {
        let running = started(&place, &PATIENT);
        let mut paying = JoinSet::new();
        for owner in 0..PEOPLE {
            let mint = client(&running.channel("mint"), &owners[owner].bearer);
            paying.spawn(pays(mint, owners.clone(), owner));
        }
        // Another moment each time, from the very first batch to the middle of many.
        tokio::time::sleep(Duration::from_millis(20 + round * 37 % 300)).await;
        // SIGKILL.
        drop(running);
        sent.extend(paying.join_all().await.into_iter().flatten());
    }

    let running = started(&place, &PATIENT);
    let channel = running.channel("mint");
    let mut balances = vec![BEGINNING * 100_000_000; PEOPLE];
    let (mut posted, mut unheard) = (0, 0);
    for one in &sent {
        unheard += usize::from(one.heard.is_none());
        let mut mint = client(&channel, &owners[one.owner].bearer);
        let Some(transaction) = found_out(&mut mint, one).await else { continue };
        let amount = Amount::parse(&transaction.amount).expect("an amount").units();
        let to = owners.iter().position(|owner| owner.wallet == transaction.credit_wallet_id).expect("one of ours");
        balances[one.owner] -= amount;
        balances[to] += amount;
        posted += 1;
    }
    assert!(posted > 0 && unheard > 0, "{posted} posted, {unheard} unheard");
    for (owner, balance) in owners.iter().zip(&balances) {
        let request = GetWalletRequest { wallet_id: owner.wallet.clone() };
        let wallet = client(&channel, &owner.bearer).get_wallet(request).await.expect("a wallet").into_inner();
        let has = Amount::parse(&wallet.wallet.expect("a wallet").balance).expect("an amount");
        assert_eq!(has.units(), *balance);
    }
    let beginning: i64 = owners.iter().map(|_| BEGINNING * 100_000_000).sum();
    assert_eq!(balances.iter().sum::<i64>(), beginning);
    let people = People::of(&running, &place).await;
    let admin = Bearer::of(&people.administrator(&place).await.access_token);
    let told = client(&channel, &admin).verify_ledger(VerifyLedgerRequest {}).await.expect("verified").into_inner();
    assert!(told.sound, "{:?}", told.rules);
    println!("{} transfers sent, {posted} posted, {unheard} unheard of over {KILLS} kills", sent.len());
}
