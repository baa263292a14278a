//! A wallet for each of the three, with a transaction for every unit in it.

use anyhow::{Context, Result};
use proto::azora::common::v1::Currency;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{
    CreateWalletRequest, ListTransactionsRequest, ListWalletsRequest, MintSource, MintTokensRequest, TransactionType,
};

use super::Loader;
use crate::data::request_id;
use crate::report::Fate;
use crate::target::{Signed, said};

/// A movement into a wallet. Its external reference is the natural key: mint takes each only once.
struct Movement {
    label: String,
    amount: String,
    kind: TransactionType,
    source: MintSource,
    reason: String,
    reference: String,
    note: &'static str,
    /// One of the two transactions that people look for.
    documented: bool,
}

pub async fn load(loader: &mut Loader<'_>) -> Result<()> {
    let mut mint = MintServiceClient::new(loader.target.signed("mint", &loader.service)?);
    for label in ["student", "educator", "employer"] {
        let user = loader.user(label)?;
        let wallet = wallet(loader, &mut mint, label, &user).await?;
        for movement in movements(loader, label, &user) {
            let fate = movement_of(&mut mint, &wallet, &movement).await?;
            if movement.documented {
                loader.record("mint", "transactions", &movement.label, &fate);
            }
        }
    }
    Ok(())
}

async fn wallet(
    loader: &mut Loader<'_>,
    mint: &mut MintServiceClient<Signed>,
    label: &str,
    user: &str,
) -> Result<String> {
    let query = ListWalletsRequest { user_id: user.to_owned(), ..Default::default() };
    let found = mint.list_wallets(query).await.map_err(said)?.into_inner().wallets;
    let found = found.into_iter().find(|wallet| wallet.currency() == Currency::Azr);
    let (id, fate) = match found {
        Some(wallet) => (wallet.id, Fate::Unchanged),
        None => {
            let request = CreateWalletRequest {
                request_id: request_id(&format!("mint/wallet/{label}")),
                currency: Currency::Azr.into(),
                user_id: user.to_owned(),
            };
            let wallet = mint.create_wallet(request).await.map_err(said)?.into_inner().wallet;
            (wallet.context("no wallet in the answer")?.id, Fate::Created)
        }
    };
    loader.record("mint", "wallets", label, &fate);
    Ok(id)
}

fn movements(loader: &Loader<'_>, label: &str, user: &str) -> Vec<Movement> {
    let data = &loader.data.mint;
    let own = match label {
        "student" => &data.student,
        "educator" => &data.educator,
        _ => &data.employer,
    };
    let bonus = Movement {
        label: format!("bonus/{label}"),
        amount: data.bonus.amount.clone(),
        kind: TransactionType::Mint,
        source: MintSource::Issuance,
        reason: data.bonus.reason.clone(),
        reference: format!("welcome/{user}"),
        note: "",
        documented: label == "student",
    };
    let opening = Movement {
        label: format!("opening/{label}"),
        amount: own.opening.clone(),
        kind: TransactionType::Reward,
        source: MintSource::Issuance,
        reason: own.opening_reason.clone(),
        reference: format!("seed/opening/{label}"),
        note: "earned before this ledger began",
        documented: false,
    };
    let reward = own.reward.as_ref().zip(own.reward_reason.as_ref()).map(|(amount, reason)| Movement {
        label: format!("reward/{label}"),
        amount: amount.clone(),
        kind: TransactionType::Reward,
        source: MintSource::Mining,
        reason: reason.clone(),
        reference: "seed/reward/course-completion".to_owned(),
        note: "orientation course, before joining",
        documented: true,
    });
    [bonus, opening].into_iter().chain(reward).collect()
}

async fn movement_of(mint: &mut MintServiceClient<Signed>, wallet: &str, movement: &Movement) -> Result<Fate> {
    let mut page_token = String::new();
    loop {
        let query = ListTransactionsRequest {
            wallet_id: wallet.to_owned(),
            r#type: movement.kind.into(),
            page_size: 200,
            page_token,
            ..Default::default()
        };
        let page = mint.list_transactions(query).await.map_err(said)?.into_inner();
        if let Some(found) = page.transactions.iter().find(|found| found.external_reference == movement.reference) {
            let same = found.amount == movement.amount;
            return Ok(if same { Fate::Unchanged } else { Fate::Differs("amount".to_owned()) });
        }
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let request = MintTokensRequest {
        request_id: request_id(&format!("mint/{}", movement.label)),
        wallet_id: wallet.to_owned(),
        amount: movement.amount.clone(),
        r#type: movement.kind.into(),
        source: movement.source.into(),
        reason: movement.reason.clone(),
        external_reference: movement.reference.clone(),
        note: movement.note.to_owned(),
    };
    mint.mint_tokens(request).await.map_err(said)?;
    Ok(Fate::Created)
}
