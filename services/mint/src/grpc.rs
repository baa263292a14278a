//! The table of contents: every RPC of `MintService`, and where it lives.

use proto::azora::mint::v1::mint_service_server::MintService;
use proto::azora::mint::v1::{
    CreateWalletRequest, CreateWalletResponse, GetTransactionRequest, GetTransactionResponse, GetWalletRequest,
    GetWalletResponse, ListTransactionsRequest, ListTransactionsResponse, ListWalletsRequest, ListWalletsResponse,
    MintTokensRequest, MintTokensResponse, TransferRequest, TransferResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Mint;
use crate::rpc::{create_wallet, get_transaction, get_wallet, list_transactions, list_wallets, mint_tokens, transfer};

#[tonic::async_trait]
impl MintService for Mint {
    async fn create_wallet(&self, request: Request<CreateWalletRequest>) -> Rpc<CreateWalletResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(create_wallet::run(self, &call, input).await?))
    }

    async fn get_wallet(&self, request: Request<GetWalletRequest>) -> Rpc<GetWalletResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_wallet::run(self, &call, input).await?))
    }

    async fn list_wallets(&self, request: Request<ListWalletsRequest>) -> Rpc<ListWalletsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_wallets::run(self, &call, input).await?))
    }

    async fn transfer(&self, request: Request<TransferRequest>) -> Rpc<TransferResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(transfer::run(self, &call, input).await?))
    }

    async fn mint_tokens(&self, request: Request<MintTokensRequest>) -> Rpc<MintTokensResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(mint_tokens::run(self, &call, input).await?))
    }

    async fn get_transaction(&self, request: Request<GetTransactionRequest>) -> Rpc<GetTransactionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_transaction::run(self, &call, input).await?))
    }

    async fn list_transactions(&self, request: Request<ListTransactionsRequest>) -> Rpc<ListTransactionsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_transactions::run(self, &call, input).await?))
    }
}
