//! The demo data, as somebody finds it who types the two commands of the README.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use proto::azora::auth::v1::LoginRequest;
use proto::azora::auth::v1::auth_service_client::AuthServiceClient;
use proto::azora::education::v1::education_service_client::EducationServiceClient;
use proto::azora::education::v1::{ListCoursesRequest, ListEnrollmentsRequest};
use proto::azora::family::v1::ListMembersRequest;
use proto::azora::family::v1::family_service_client::FamilyServiceClient;
use proto::azora::mint::v1::mint_service_client::MintServiceClient;
use proto::azora::mint::v1::{GetWalletRequest, ListWalletsRequest, Wallet};
use shared::config::PORTS;
use shared::testing::{Bearer, Place};
use tonic::Code;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};

use crate::operator::fleet;

/// `fleet up --seed`, ended with its test.
pub struct Fleet {
    process: Child,
    ports: Vec<u16>,
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.process.kill().expect("it was running");
        self.process.wait().expect("it ended");
    }
}

impl Fleet {
    /// Starts it and reads its ports from the table that it prints; returns when the data is loaded.
    fn up(place: &Place) -> Self {
        Self::started(&mut fleet(place, &["up", "--seed", "--migrate", "--port-base", "0"]))
    }

    /// The same with a command of the test's own.
    pub fn started(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let printed = BufReader::new(process.stdout.take().expect("piped"));
        let mut ports = Vec::new();
        for line in printed.lines().map(|line| line.expect("text")) {
            if let Some((_, address)) = line.split_once("http://127.0.0.1:") {
                ports.push(address.split_whitespace().next().expect("a port").parse().expect("a number"));
            }
            if line.starts_with("Ready.") {
                break;
            }
        }
        assert_eq!(ports.len(), PORTS.len(), "the table of endpoints");
        Self { process, ports }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("ours").is_some()
    }

    /// Where a service answers.
    pub fn address(&self, service: &str) -> String {
        let index = PORTS.iter().position(|(name, _)| *name == service).expect("one of the nine");
        format!("127.0.0.1:{}", self.ports[index])
    }

    pub fn channel(&self, service: &str) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address(service))).expect("a URL").connect_lazy()
    }

    async fn log_in(&self, email: &str) -> impl Fn(&str) -> Signed {
        let request = LoginRequest { email: email.to_owned(), password: "Azora2025!".to_owned(), ..Default::default() };
        let answer = AuthServiceClient::new(self.channel("auth")).login(request).await.expect("they log in");
        let token = answer.into_inner().tokens.expect("tokens").access_token;
        let bearer = Bearer::of(&token);
        move |service| InterceptedService::new(self.channel(service), bearer.clone())
    }
}

type Signed = InterceptedService<Channel, Bearer>;

async fn own_wallet(signed: &impl Fn(&str) -> Signed) -> Wallet {
    let listed = MintServiceClient::new(signed("mint")).list_wallets(ListWalletsRequest::default()).await;
    let mut wallets = listed.expect("their own").into_inner().wallets;
    assert_eq!(wallets.len(), 1);
    wallets.remove(0)
}

#[tokio::test]
async fn the_student_finds_their_course_and_wallet_and_not_the_employers() {
    let place = Place::new().await;
    let running = Fleet::up(&place);
    let student = running.log_in("student@azora.world").await;
    let employer = running.log_in("employer@azora.world").await;

    let mut education = EducationServiceClient::new(student("education"));
    let courses = education.list_courses(ListCoursesRequest::default()).await.expect("courses").into_inner().courses;
    assert_eq!(courses.len(), 2);
    let places = education.list_enrollments(ListEnrollmentsRequest::default()).await.expect("their own").into_inner();
    let progress: Vec<&str> = places.enrollments.iter().map(|place| place.progress_percent.as_str()).collect();
    assert_eq!(progress, ["25"]);

    assert_eq!(own_wallet(&student).await.balance, "1000");
    let request = GetWalletRequest { wallet_id: own_wallet(&employer).await.id };
    let refused = MintServiceClient::new(student("mint")).get_wallet(request).await.expect_err("somebody else's");
    assert_eq!(refused.code(), Code::NotFound);

    let members = FamilyServiceClient::new(running.channel("family")).list_members(ListMembersRequest::default()).await;
    assert_eq!(members.expect("open to all").into_inner().members.len(), 11);
}
