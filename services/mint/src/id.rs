//! The ids of mint's rows.

shared::ids! { WalletId, TransactionId, HoldId, StakeId, MiningRecordId, MetricsId, ExchangeRateId, UbiRoundId }
