-- What `moves` says, as the books hold it: every fiftieth movement captures a hold that was set just before.
INSERT INTO holds (id, debit_wallet_id, credit_wallet_id, creator, currency, amount, captured, status, reason,
                   created_at, updated_at)
SELECT hold_id, debit_wallet_id, credit_wallet_id, caller, 'AZR', amount, amount, 'captured', 'bench', moment, moment
FROM moves WHERE hold_id IS NOT NULL;

INSERT INTO transactions (id, seq, type, currency, debit_wallet_id, credit_wallet_id, amount, status, hold_id,
                          operation_caller, operation_id, effective_at, created_at, updated_at)
SELECT id, seq, 'transfer', 'AZR', debit_wallet_id, credit_wallet_id, amount, 'completed', hold_id,
       caller, operation_id, moment, moment, moment
FROM moves;

DROP TABLE moves;

INSERT INTO postings (wallet_id, version, transaction_id, hold_id, amount, held_delta, balance_after, held_after,
                      effective_at, created_at)
SELECT wallet_id, ROW_NUMBER() OVER own, transaction_id, hold_id, amount, held_delta,
       SUM(amount) OVER own, SUM(held_delta) OVER own, moment, moment
FROM (
    SELECT debit_wallet_id AS wallet_id, seq, 0 AS place, NULL AS transaction_id, hold_id, 0 AS amount,
           amount AS held_delta, created_at AS moment
    FROM transactions WHERE hold_id IS NOT NULL
    UNION ALL
    SELECT debit_wallet_id, seq, 1, id, NULL, -amount, CASE WHEN hold_id IS NULL THEN 0 ELSE -amount END, created_at
    FROM transactions
    UNION ALL
    SELECT credit_wallet_id, seq, 2, id, NULL, amount, 0, created_at FROM transactions
) steps
WINDOW own AS (PARTITION BY wallet_id ORDER BY seq, place);

INSERT INTO request_claims (caller, request_id, method, request_hash, key_id, field_digests, code, decided_at, expires_at)
SELECT operation_caller, operation_id, '/azora.mint.v1.MintService/Transfer', '0', 'bench', '{}', 0, created_at,
       '2099-01-01T00:00:00+00:00'
FROM transactions;

UPDATE wallets
SET balance = ends.balance_after, held = ends.held_after, version = ends.version, updated_at = ends.created_at
FROM (
    SELECT p.wallet_id, p.version, p.balance_after, p.held_after, p.created_at
    FROM postings p
    JOIN (SELECT wallet_id, MAX(version) AS version FROM postings GROUP BY wallet_id) newest
        ON newest.wallet_id = p.wallet_id AND newest.version = p.version
) ends
WHERE ends.wallet_id = wallets.id;

ANALYZE;
