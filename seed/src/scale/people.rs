//! Accounts, student records, and wallets with something in them.

use anyhow::{Context, Result};
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::auth::v1::{ListUsersRequest, RecordedRegistration, RegisterRequest};
use proto::azora::common::v1::{Currency, Role};
use proto::azora::education::v1::CreateStudentRequest;
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{
    CreateWalletRequest, ListWalletsRequest, MintSource, MintTokensRequest, TransactionType, TransferRequest,
};

use super::{Draw, Scale, WITH_PASSWORD, email, patient, row_id, unless_there};

/// What everybody gets for joining, AZR.
const BONUS: &str = "500";
/// What employers bring, AZR.
const CAPITAL: &str = "50000";
const TRANSFERS_EACH: u32 = 5;

pub async fn load(scale: &mut Scale<'_>) -> Result<()> {
    let counts = scale.counts;
    scale.educators = accounts(scale, "educators", 'e', Role::Educator, counts.educators).await?;
    scale.employers = accounts(scale, "employers", 'm', Role::Employer, counts.employers).await?;
    scale.students = accounts(scale, "students", 's', Role::Student, counts.students).await?;
    records(scale).await?;
    let educators = scale.educators.clone();
    wallets(scale, "wallets of educators", "educator", &educators, BONUS).await?;
    let employers = scale.employers.clone();
    wallets(scale, "wallets of employers", "employer", &employers, CAPITAL).await?;
    let students = scale.students.clone();
    let wallets = wallets(scale, "wallets of students", "student", &students, BONUS).await?;
    transfers(scale, &wallets).await
}

fn name(scale: &Scale<'_>, letter: char, index: u32) -> (String, String) {
    let mut draw = Draw::of(&format!("name/{letter}"), index);
    (draw.one(&scale.names.first).clone(), draw.one(&scale.names.last).clone())
}

async fn accounts(
    scale: &mut Scale<'_>,
    entity: &'static str,
    letter: char,
    role: Role,
    count: u32,
) -> Result<Vec<String>> {
    let make = async |index: u32| {
        let mut auth = AuthServiceClient::new(scale.speakers.as_seed("auth").await?);
        let (first, last) = name(scale, letter, index);
        let password = if index < WITH_PASSWORD { scale.choices.password.clone() } else { String::new() };
        let request = RegisterRequest {
            request_id: row_id(entity, index),
            email: email(letter, index),
            password,
            name: format!("{first} {last}"),
            role: role.into(),
            recorded: Some(RecordedRegistration { email_verified: true }),
        };
        if let Some(made) = unless_there(async || auth.clone().register(request.clone()).await).await? {
            return Ok(made.user.context("no user in the answer")?.id);
        }
        let query = ListUsersRequest { email: email(letter, index), ..Default::default() };
        let found = auth.list_users(query).await.map_err(crate::said)?.into_inner().users;
        Ok(found.into_iter().next().context("an address that is taken by nobody")?.id)
    };
    let (ids, line) = scale.stage("auth", entity, count, 1, make).await?;
    scale.note(line);
    Ok(ids)
}

async fn records(scale: &mut Scale<'_>) -> Result<()> {
    let make = async |index: u32| {
        let education = EducationServiceClient::new(scale.speakers.as_seed("education").await?);
        let (first, last) = name(scale, 's', index);
        let request = CreateStudentRequest {
            request_id: row_id("student", index),
            user_id: scale.students[index as usize].clone(),
            first_name: first,
            last_name: last,
            email: email('s', index),
            grade: Draw::of("grade", index).number(8..=12).to_string(),
            country: (*Draw::of("country", index).one(&["ZA", "KE", "NG", "GH", "ZW"])).to_owned(),
            ..Default::default()
        };
        unless_there(async || education.clone().create_student(request.clone()).await).await.map(drop)
    };
    let (_, line) = scale.stage("education", "students", scale.counts.students, 1, make).await?;
    scale.note(line);
    Ok(())
}

/// Opens a wallet for each and puts the opening amount into it.
async fn wallets(
    scale: &mut Scale<'_>,
    entity: &'static str,
    who: &str,
    users: &[String],
    amount: &str,
) -> Result<Vec<String>> {
    let make = async |index: u32| {
        let mut mint = MintServiceClient::new(scale.speakers.as_seed("mint").await?);
        let user = &users[index as usize];
        let request = CreateWalletRequest {
            request_id: row_id(&format!("wallet/{who}"), index),
            currency: Currency::Azr.into(),
            user_id: user.clone(),
        };
        let wallet = match unless_there(async || mint.clone().create_wallet(request.clone()).await).await? {
            Some(made) => made.wallet,
            None => {
                let query = ListWalletsRequest { user_id: user.clone(), ..Default::default() };
                let found = mint.list_wallets(query).await.map_err(crate::said)?.into_inner().wallets;
                found.into_iter().find(|wallet| wallet.currency() == Currency::Azr)
            }
        };
        let wallet = wallet.context("no wallet in the answer")?.id;
        let request = MintTokensRequest {
            request_id: row_id(&format!("opening/{who}"), index),
            wallet_id: wallet.clone(),
            amount: amount.to_owned(),
            r#type: TransactionType::Mint.into(),
            source: MintSource::Issuance.into(),
            reason: "Welcome bonus".to_owned(),
            external_reference: format!("welcome/{user}"),
            note: String::new(),
        };
        unless_there(async || mint.clone().mint_tokens(request.clone()).await).await?;
        Ok(wallet)
    };
    let count = u32::try_from(users.len()).unwrap_or(u32::MAX);
    let (ids, line) = scale.stage("mint", entity, count, 1, make).await?;
    scale.note(line);
    Ok(ids)
}

/// Those who can sign in send something to those who came before them.
async fn transfers(scale: &mut Scale<'_>, wallets: &[String]) -> Result<()> {
    let senders = scale.counts.students.min(WITH_PASSWORD);
    let make = async |index: u32| {
        let sender = index / TRANSFERS_EACH + 1;
        let mint = MintServiceClient::new(scale.speakers.as_person("mint", &email('s', sender)).await?);
        let mut draw = Draw::of("transfer", index);
        let hundredths = draw.number(1..=500);
        let request = TransferRequest {
            request_id: row_id("transfer", index),
            from_wallet_id: wallets[sender as usize].clone(),
            to_wallet_id: wallets[draw.index(sender) as usize].clone(),
            amount: format!("{}.{:02}", hundredths / 100, hundredths % 100),
            memo: String::new(),
        };
        patient(async || mint.clone().transfer(request.clone()).await).await.map(drop)
    };
    let count = senders.saturating_sub(1) * TRANSFERS_EACH;
    let (_, line) = scale.stage("mint", "transfers", count, 1, make).await?;
    scale.note(line);
    Ok(())
}
