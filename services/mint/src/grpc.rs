//! The table of contents: every RPC of `MintService`, and where it lives.

use proto::azora::mint::v1::mint_service_server::MintService;
use proto::azora::mint::v1::{
    BatchTransferRequest, BatchTransferResponse, BurnTokensRequest, BurnTokensResponse, CaptureHoldRequest,
    CaptureHoldResponse, CreateWalletRequest, CreateWalletResponse, DepositRequest, DepositResponse, GetBalanceRequest,
    GetBalanceResponse, GetHoldRequest, GetHoldResponse, GetTransactionRequest, GetTransactionResponse,
    GetWalletRequest, GetWalletResponse, HoldFundsRequest, HoldFundsResponse, ListTransactionsRequest,
    ListTransactionsResponse, ListWalletsRequest, ListWalletsResponse, MintTokensRequest, MintTokensResponse,
    ReverseTransactionRequest, ReverseTransactionResponse, TransferRequest, TransferResponse, VoidHoldRequest,
    VoidHoldResponse, WithdrawRequest, WithdrawResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Mint;
use crate::rpc::{
    batch_transfer, burn_tokens, capture_hold, create_wallet, deposit, get_balance, get_hold, get_transaction,
    get_wallet, hold_funds, list_transactions, list_wallets, mint_tokens, reverse_transaction, transfer, void_hold,
    withdraw,
};

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

    async fn batch_transfer(&self, request: Request<BatchTransferRequest>) -> Rpc<BatchTransferResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(batch_transfer::run(self, &call, input).await?))
    }

    async fn hold_funds(&self, request: Request<HoldFundsRequest>) -> Rpc<HoldFundsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(hold_funds::run(self, &call, input).await?))
    }

    async fn capture_hold(&self, request: Request<CaptureHoldRequest>) -> Rpc<CaptureHoldResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(capture_hold::run(self, &call, input).await?))
    }

    async fn void_hold(&self, request: Request<VoidHoldRequest>) -> Rpc<VoidHoldResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(void_hold::run(self, &call, input).await?))
    }

    async fn get_hold(&self, request: Request<GetHoldRequest>) -> Rpc<GetHoldResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_hold::run(self, &call, input).await?))
    }

    async fn reverse_transaction(
        &self,
        request: Request<ReverseTransactionRequest>,
    ) -> Rpc<ReverseTransactionResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(reverse_transaction::run(self, &call, input).await?))
    }

    async fn burn_tokens(&self, request: Request<BurnTokensRequest>) -> Rpc<BurnTokensResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(burn_tokens::run(self, &call, input).await?))
    }

    async fn deposit(&self, request: Request<DepositRequest>) -> Rpc<DepositResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(deposit::run(self, &call, input).await?))
    }

    async fn withdraw(&self, request: Request<WithdrawRequest>) -> Rpc<WithdrawResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(withdraw::run(self, &call, input).await?))
    }

    async fn get_balance(&self, request: Request<GetBalanceRequest>) -> Rpc<GetBalanceResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_balance::run(self, &call, input).await?))
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
