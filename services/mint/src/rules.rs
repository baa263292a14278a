//! The rules that the books keep, each as one question to the database: which rows break it? Asked on one snapshot, so that
//! what is being written meanwhile does not count. A broken rule is never mended here.
//!
//! Each question goes over its tables a fixed number of times, and finds what belongs to a row by an index, which stands
//! above it: a million postings take seconds, and nothing of them is held here.

use proto::azora::mint::v1::LedgerRule;
use sea_orm::{ConnectionTrait, Statement};
use shared::db;
use shared::error::Result;

use crate::entity::transaction;

/// One rule.
struct Rule {
    name: &'static str,
    description: &'static str,
    /// How many rows it is held against.
    checked: &'static str,
    /// The ids of the rows that break it, as `id`.
    broken: &'static str,
}

const RULES: [Rule; 15] = [
    Rule {
        name: "balances_sum_to_zero",
        description: "all balances of a currency sum to zero",
        checked: "SELECT COUNT(*) AS n FROM wallets",
        // In two parts, of millions and of units, since one sum of whole numbers might not fit.
        broken: "SELECT currency AS id FROM wallets GROUP BY currency
            HAVING SUM(balance / 1000000) * 1000000 + SUM(balance % 1000000) <> 0",
    },
    Rule {
        name: "transactions_have_two_legs",
        description: "a completed transaction has a posting of minus its amount on the one wallet, of plus its amount on \
                      the other, and no third",
        checked: "SELECT COUNT(*) AS n FROM transactions WHERE status = 'completed'",
        // On SQLite by postings_transaction_id_idx, on Postgres by going over both tables once.
        broken: "SELECT t.id AS id FROM transactions t LEFT JOIN postings p ON p.transaction_id = t.id
            GROUP BY t.id
            HAVING COUNT(p.version) <> CASE t.status WHEN 'completed' THEN 2 ELSE 0 END
                OR (t.status = 'completed' AND (
                    SUM(CASE WHEN p.wallet_id = t.debit_wallet_id AND p.amount = -t.amount THEN 1 ELSE 0 END) <> 1
                    OR SUM(CASE WHEN p.wallet_id = t.credit_wallet_id AND p.amount = t.amount THEN 1 ELSE 0 END) <> 1))",
    },
    Rule {
        name: "postings_run_on",
        description: "the versions of a wallet's postings are 1, 2, 3 .. and each goes on where the one before ended",
        checked: "SELECT COUNT(*) AS n FROM postings",
        // In the order of the primary key of postings.
        broken: "SELECT wallet_id AS id FROM (
                SELECT wallet_id, version, amount, held_delta, balance_after, held_after,
                    ROW_NUMBER() OVER own AS place,
                    COALESCE(LAG(balance_after) OVER own, 0) AS balance_before,
                    COALESCE(LAG(held_after) OVER own, 0) AS held_before
                FROM postings WINDOW own AS (PARTITION BY wallet_id ORDER BY version)
            ) steps
            WHERE version <> place OR balance_before + amount <> balance_after OR held_before + held_delta <> held_after",
    },
    Rule {
        name: "wallets_are_what_their_postings_say",
        description: "balance, held money and version of a wallet are those of its last posting",
        checked: "SELECT COUNT(*) AS n FROM wallets",
        // By the primary key of postings.
        broken: "SELECT w.id AS id FROM wallets w
            LEFT JOIN (SELECT wallet_id, MAX(version) AS newest FROM postings GROUP BY wallet_id) ends ON ends.wallet_id = w.id
            LEFT JOIN postings p ON p.wallet_id = w.id AND p.version = ends.newest
            WHERE w.version <> COALESCE(ends.newest, 0) OR w.balance <> COALESCE(p.balance_after, 0)
                OR w.held <> COALESCE(p.held_after, 0)",
    },
    Rule {
        name: "nothing_is_overdrawn",
        description: "what can be spent is never below a wallet's floor, and no wallet is above its ceiling",
        checked: "SELECT COUNT(*) AS n FROM wallets",
        broken: "SELECT id AS id FROM wallets
            WHERE held < 0 OR (floor IS NOT NULL AND balance - held < floor) OR (ceil IS NOT NULL AND balance > ceil)",
    },
    Rule {
        name: "held_money_is_in_open_holds",
        description: "what a wallet holds is the sum of its open holds",
        checked: "SELECT COUNT(*) AS n FROM wallets",
        // By holds_status_expires_at_id_idx: open ones are few.
        broken: "SELECT w.id AS id FROM wallets w
            LEFT JOIN (
                SELECT debit_wallet_id AS of, SUM(amount - captured) AS open FROM holds WHERE status = 'open' GROUP BY debit_wallet_id
            ) sums ON sums.of = w.id
            WHERE w.held <> COALESCE(sums.open, 0)",
    },
    Rule {
        name: "holds_end_once",
        description: "a captured hold has transactions of what was captured, any other none; setting and freeing it left a \
                      trace each",
        checked: "SELECT COUNT(*) AS n FROM holds",
        // By transactions_hold_id_idx and postings_hold_id_idx.
        broken: "SELECT h.id AS id FROM holds h
            LEFT JOIN (
                SELECT hold_id AS of, SUM(amount) AS paid FROM transactions WHERE hold_id IS NOT NULL GROUP BY hold_id
            ) paid ON paid.of = h.id
            LEFT JOIN (
                SELECT hold_id AS of, SUM(held_delta) AS left_over, COUNT(*) AS traces
                FROM postings WHERE hold_id IS NOT NULL GROUP BY hold_id
            ) traces ON traces.of = h.id
            WHERE h.captured <> COALESCE(paid.paid, 0)
                OR (h.status = 'captured' AND h.captured = 0)
                OR COALESCE(traces.left_over, 0) <> CASE WHEN h.status IN ('open', 'captured') THEN h.amount ELSE 0 END
                OR COALESCE(traces.traces, 0) <> CASE WHEN h.status IN ('open', 'captured') THEN 1 ELSE 2 END",
    },
    Rule {
        name: "reversals_stay_within",
        description: "what has been taken back of a transaction is at most what it was",
        checked: "SELECT COUNT(*) AS n FROM transactions WHERE reverses_id IS NOT NULL",
        // By transactions_reverses_id_idx.
        broken: "SELECT t.id AS id FROM transactions t
            JOIN (
                SELECT reverses_id AS of, SUM(amount) AS back FROM transactions WHERE reverses_id IS NOT NULL GROUP BY reverses_id
            ) sums ON sums.of = t.id
            WHERE sums.back > t.amount",
    },
    Rule {
        name: "principals_stand_in_the_stake_wallet",
        description: "the stake wallet has what active stakes have locked away, and each owner's wallet says the same of its own",
        checked: "SELECT COUNT(*) AS n FROM stakes",
        // By stakes_status_end_at_id_idx.
        broken: "SELECT w.id AS id FROM wallets w
            LEFT JOIN (SELECT wallet_id AS of, SUM(amount) AS locked FROM stakes WHERE status = 'active' GROUP BY wallet_id) own
                ON own.of = w.id
            WHERE w.staked <> COALESCE(own.locked, 0)
                OR (w.kind = 'stake' AND w.balance <> COALESCE((SELECT SUM(amount) FROM stakes WHERE status = 'active'), 0))",
    },
    Rule {
        name: "rewards_are_set_aside",
        description: "the reward of every active stake is held, and of no other",
        checked: "SELECT COUNT(*) AS n FROM stakes",
        // By the primary key of holds.
        broken: "SELECT s.id AS id FROM stakes s LEFT JOIN holds h ON h.id = s.reward_hold_id
            WHERE (s.reward > 0 AND (h.id IS NULL OR h.amount <> s.reward))
                OR (h.id IS NOT NULL AND h.status <> CASE s.status
                    WHEN 'active' THEN 'open' WHEN 'completed' THEN 'captured' ELSE 'voided' END)",
    },
    Rule {
        name: "rewards_were_earned",
        description: "every record of knowledge has paid what it says, to its own wallet",
        checked: "SELECT COUNT(*) AS n FROM mining_records",
        // By the primary key of transactions.
        broken: "SELECT r.id AS id FROM mining_records r LEFT JOIN transactions t ON t.id = r.transaction_id
            WHERE t.id IS NULL OR t.type <> 'reward' OR t.amount <> r.tokens_earned OR t.credit_wallet_id <> r.wallet_id",
    },
    Rule {
        name: "basic_income_is_set_aside",
        description: "the community pool holds what running rounds have yet to pay, and nothing else",
        checked: "SELECT COUNT(*) AS n FROM ubi_rounds",
        broken: "SELECT h.id AS id FROM holds h
                JOIN wallets w ON w.id = h.debit_wallet_id AND w.kind = 'reward_pool' AND w.ref = 'community'
                LEFT JOIN ubi_rounds r ON r.hold_id = h.id AND r.status = 'running'
                WHERE h.status = 'open' AND r.id IS NULL
            UNION ALL
            SELECT r.id AS id FROM ubi_rounds r JOIN holds h ON h.id = r.hold_id
                WHERE h.status <> 'open' OR r.status <> 'running'",
    },
    Rule {
        name: "basic_income_is_paid_once",
        description: "a round pays no wallet twice, and one that is done has paid what it says",
        checked: "SELECT COUNT(*) AS n FROM ubi_rounds",
        broken: "SELECT r.id AS id FROM ubi_rounds r
            LEFT JOIN (
                SELECT own.id AS of, COUNT(*) AS payments, COUNT(DISTINCT t.credit_wallet_id) AS wallets, SUM(t.amount) AS paid
                FROM ubi_rounds own JOIN transactions t ON t.group_id = own.id
                GROUP BY own.id
            ) sums ON sums.of = r.id
            WHERE COALESCE(sums.payments, 0) <> COALESCE(sums.wallets, 0)
                OR (r.status = 'done' AND (r.recipients <> COALESCE(sums.payments, 0) OR r.total <> COALESCE(sums.paid, 0)))",
    },
    Rule {
        name: "figures_recompute",
        description: "what was recorded of the economy adds up, and the newest of it is what transactions say",
        checked: "SELECT COUNT(*) AS n FROM economic_metrics",
        broken: "SELECT m.id AS id FROM economic_metrics m
            WHERE m.total_minted - m.total_burned <> m.total_supply
                OR (m.ledger_version = (SELECT MAX(ledger_version) FROM economic_metrics)
                    AND m.total_minted <> (
                        SELECT COALESCE(SUM(t.amount), 0) FROM transactions t JOIN wallets w ON w.id = t.debit_wallet_id
                        WHERE t.status = 'completed' AND t.seq <= m.ledger_version AND w.kind IN ('issuance', 'reward_pool')))",
    },
    Rule {
        name: "movements_were_asked_for",
        description: "every transaction belongs to a request that was answered",
        checked: "SELECT COUNT(*) AS n FROM transactions",
        // By the primary key of request_claims.
        broken: "SELECT t.id AS id FROM transactions t
            LEFT JOIN request_claims c ON c.caller = t.operation_caller AND c.request_id = t.operation_id
            WHERE c.caller IS NULL",
    },
];

/// Every rule with how the books stand to it in a snapshot, and the number of the newest transaction that is in it.
pub async fn verify(snapshot: &impl ConnectionTrait) -> Result<(Vec<LedgerRule>, i64)> {
    let newest = transaction::last_seq(snapshot).await?;
    let mut rules = Vec::new();
    for rule in &RULES {
        rules.push(rule.judge(snapshot).await?);
    }
    Ok((rules, newest))
}

impl Rule {
    async fn judge(&self, db: &impl ConnectionTrait) -> Result<LedgerRule> {
        let count = format!("SELECT COUNT(*) AS n FROM ({}) broken", self.broken);
        let broken = number(db, &count).await?;
        let first = if broken == 0 { String::new() } else { first(db, self.broken).await? };
        if broken > 0 {
            tracing::error!(rule = self.name, broken, first, "the books break a rule");
        }
        Ok(LedgerRule {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            checked: number(db, self.checked).await?,
            broken,
            first,
        })
    }
}

async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(db::backend(db), sql)).await?;
    Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0))
}

/// The smallest id: a UUID, or the word of a currency.
async fn first(db: &impl ConnectionTrait, broken: &str) -> Result<String> {
    let sql = format!("SELECT id FROM ({broken}) broken ORDER BY id LIMIT 1");
    let Some(row) = db.query_one_raw(Statement::from_string(db::backend(db), sql)).await? else {
        return Ok(String::new());
    };
    let id = row.try_get::<uuid::Uuid>("", "id").map(|id| id.to_string());
    Ok(id.or_else(|_word| row.try_get::<String>("", "id"))?)
}
