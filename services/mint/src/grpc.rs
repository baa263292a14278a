//! The table of contents: every RPC of `MintService`, and where it lives.

use proto::azora::mint::v1::mint_service_server::MintService;
use proto::azora::mint::v1::{
    BatchTransferRequest, BatchTransferResponse, BurnTokensRequest, BurnTokensResponse, CaptureHoldRequest,
    CaptureHoldResponse, ConvertCurrencyRequest, ConvertCurrencyResponse, CreateWalletRequest, CreateWalletResponse,
    DepositRequest, DepositResponse, DistributeUbiRequest, DistributeUbiResponse, GetBalanceRequest,
    GetBalanceResponse, GetEconomicMetricsRequest, GetEconomicMetricsResponse, GetHoldRequest, GetHoldResponse,
    GetMiningStatsRequest, GetMiningStatsResponse, GetOperationRequest, GetOperationResponse, GetStatementRequest,
    GetStatementResponse, GetTransactionRequest, GetTransactionResponse, GetWalletRequest, GetWalletResponse,
    HoldFundsRequest, HoldFundsResponse, ListEconomicMetricsRequest, ListEconomicMetricsResponse,
    ListExchangeRatesRequest, ListExchangeRatesResponse, ListMiningRecordsRequest, ListMiningRecordsResponse,
    ListStakesRequest, ListStakesResponse, ListTransactionsRequest, ListTransactionsResponse, ListWalletsRequest,
    ListWalletsResponse, MintTokensRequest, MintTokensResponse, PreviewStakeRewardRequest, PreviewStakeRewardResponse,
    PreviewUbiRequest, PreviewUbiResponse, RecordEconomicMetricsRequest, RecordEconomicMetricsResponse,
    ReverseTransactionRequest, ReverseTransactionResponse, StakeRequest, StakeResponse, SubmitProofOfKnowledgeRequest,
    SubmitProofOfKnowledgeResponse, TransferRequest, TransferResponse, UnstakeRequest, UnstakeResponse,
    UpdateExchangeRateRequest, UpdateExchangeRateResponse, VerifyLedgerRequest, VerifyLedgerResponse, VoidHoldRequest,
    VoidHoldResponse, WithdrawRequest, WithdrawResponse,
};
use shared::Rpc;
use shared::call::Call;
use tonic::{Request, Response};

use crate::Mint;
use crate::rpc::{
    batch_transfer, burn_tokens, capture_hold, convert_currency, create_wallet, deposit, distribute_ubi, get_balance,
    get_economic_metrics, get_hold, get_mining_stats, get_operation, get_statement, get_transaction, get_wallet,
    hold_funds, list_economic_metrics, list_exchange_rates, list_mining_records, list_stakes, list_transactions,
    list_wallets, mint_tokens, preview_stake_reward, preview_ubi, record_economic_metrics, reverse_transaction, stake,
    submit_proof_of_knowledge, transfer, unstake, update_exchange_rate, verify_ledger, void_hold, withdraw,
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

    async fn stake(&self, request: Request<StakeRequest>) -> Rpc<StakeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(stake::run(self, &call, input).await?))
    }

    async fn unstake(&self, request: Request<UnstakeRequest>) -> Rpc<UnstakeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(unstake::run(self, &call, input).await?))
    }

    async fn list_stakes(&self, request: Request<ListStakesRequest>) -> Rpc<ListStakesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_stakes::run(self, &call, input).await?))
    }

    async fn preview_stake_reward(
        &self,
        request: Request<PreviewStakeRewardRequest>,
    ) -> Rpc<PreviewStakeRewardResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(preview_stake_reward::run(self, &call, &input)?))
    }

    async fn submit_proof_of_knowledge(
        &self,
        request: Request<SubmitProofOfKnowledgeRequest>,
    ) -> Rpc<SubmitProofOfKnowledgeResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(submit_proof_of_knowledge::run(self, &call, input).await?))
    }

    async fn list_mining_records(&self, request: Request<ListMiningRecordsRequest>) -> Rpc<ListMiningRecordsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_mining_records::run(self, &call, input).await?))
    }

    async fn get_mining_stats(&self, request: Request<GetMiningStatsRequest>) -> Rpc<GetMiningStatsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_mining_stats::run(self, &call, input).await?))
    }

    async fn convert_currency(&self, request: Request<ConvertCurrencyRequest>) -> Rpc<ConvertCurrencyResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(convert_currency::run(self, &call, input).await?))
    }

    async fn list_exchange_rates(&self, request: Request<ListExchangeRatesRequest>) -> Rpc<ListExchangeRatesResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_exchange_rates::run(self, &call, input).await?))
    }

    async fn update_exchange_rate(
        &self,
        request: Request<UpdateExchangeRateRequest>,
    ) -> Rpc<UpdateExchangeRateResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(update_exchange_rate::run(self, &call, input).await?))
    }

    async fn get_statement(&self, request: Request<GetStatementRequest>) -> Rpc<GetStatementResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_statement::run(self, &call, input).await?))
    }

    async fn get_operation(&self, request: Request<GetOperationRequest>) -> Rpc<GetOperationResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_operation::run(self, &call, input).await?))
    }

    async fn verify_ledger(&self, request: Request<VerifyLedgerRequest>) -> Rpc<VerifyLedgerResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(verify_ledger::run(self, &call, input).await?))
    }

    async fn get_economic_metrics(
        &self,
        request: Request<GetEconomicMetricsRequest>,
    ) -> Rpc<GetEconomicMetricsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(get_economic_metrics::run(self, &call, input).await?))
    }

    async fn list_economic_metrics(
        &self,
        request: Request<ListEconomicMetricsRequest>,
    ) -> Rpc<ListEconomicMetricsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(list_economic_metrics::run(self, &call, input).await?))
    }

    async fn record_economic_metrics(
        &self,
        request: Request<RecordEconomicMetricsRequest>,
    ) -> Rpc<RecordEconomicMetricsResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(record_economic_metrics::run(self, &call, input).await?))
    }

    async fn preview_ubi(&self, request: Request<PreviewUbiRequest>) -> Rpc<PreviewUbiResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(preview_ubi::run(self, &call, input).await?))
    }

    async fn distribute_ubi(&self, request: Request<DistributeUbiRequest>) -> Rpc<DistributeUbiResponse> {
        let (call, input) = Call::open(request)?;
        Ok(Response::new(distribute_ubi::run(self, &call, input).await?))
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
