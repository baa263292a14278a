//! Asks for another address. The token goes to the new one, a notice to the old one; whether the new one is taken shows
//! nowhere but in the mailbox of its owner.

use proto::azora::auth::v1::{ChangeEmailRequest, ChangeEmailResponse, User};
use shared::call::Call;
use shared::error::{Error, Result};
use shared::fields::Fields;

use crate::Auth;
use crate::entity::user;
use crate::factor::{self, Given};
use crate::mail::{Message, Recipient};
use crate::one_time::{self, Purpose};
use crate::policy;
use crate::proof::Proof;
use crate::throttle;

pub struct ChangeEmail {
    email: String,
    password: String,
    given: Given,
}

impl TryFrom<ChangeEmailRequest> for ChangeEmail {
    type Error = Error;

    fn try_from(request: ChangeEmailRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let input = Self {
            email: fields.email("new_email", &request.new_email),
            password: policy::written(&mut fields, "password", &request.password, 1),
            given: factor::read_given(&mut fields, &request.code, &request.challenge_id, false),
        };
        if input.email.ends_with(user::SERVICE_ADDRESS) {
            fields.refuse("new_email", "is kept for the services of the fleet");
        }
        fields.finish(input)
    }
}

pub async fn run(auth: &Auth, call: &Call, mut input: ChangeEmail) -> Result<ChangeEmailResponse> {
    if let Some(answer) = auth.work.earlier(call).await? {
        return Ok(answer);
    }
    let proof = Proof::of(auth, call, &input.password).await?;
    input.given.hash(auth, call).await?;
    let mut notices = Vec::new();
    let answer = auth
        .work
        .mutate(call, async |work| {
            let account = proof.judged(auth, call, work).await?;
            notices.extend(factor::demand(auth, call, work, &account, &input.given).await?);
            check_is_another(&input.email, &account)?;
            let token = one_time::issue_to(auth, call, work, &account, Purpose::EmailChange, &input.email).await?;
            if let Some(token) = token {
                notices.push((Recipient::from(&account), Message::EmailChangeAsked));
                match user::by_email(&input.email).one(&work.tx).await? {
                    None => {
                        let to = Recipient { address: input.email.clone(), ..Recipient::from(&account) };
                        notices.push((to, Purpose::EmailChange.message(token)));
                    }
                    // Nobody gets this token; it was made because a free address asks for the same work.
                    Some(owner) => {
                        if throttle::may_tell(auth, call, work, owner.id).await? {
                            notices.push((Recipient::from(&owner), Message::AddressTaken));
                        }
                    }
                }
            }
            let user = User::from(account);
            work.audit(&user.id, &user)?;
            Ok(ChangeEmailResponse {})
        })
        .await?;
    auth.mail.send_all(notices).await;
    Ok(answer)
}

fn check_is_another(email: &str, account: &user::Model) -> Result<()> {
    let mut fields = Fields::new();
    if email == account.email {
        fields.refuse("new_email", "is the address of the account already");
    }
    fields.finish(())
}
