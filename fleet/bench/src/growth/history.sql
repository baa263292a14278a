-- What :histories wallets, spread evenly over all, have behind them: :rounds rounds within the last four weeks. In round r
-- each of them pays r units to the one r places on, so that each has two postings of every round, and nothing at its end.
--
-- Left as mint writes it: transactions, both postings of each, the claim of the request, versions and balances. Left out:
-- audit entries and events, which nothing here reads. No trigger and no foreign key is asked on the way; checks and keys
-- are. What no constraint needs of the indexes is made at the end.
SET session_replication_role = replica;
SET maintenance_work_mem = '256MB';

CREATE TEMP TABLE put_back AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made_by
FROM pg_index
WHERE indrelid IN ('transactions'::regclass, 'postings'::regclass, 'request_claims'::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM put_back LOOP
        EXECUTE 'DROP INDEX ' || one.name;
    END LOOP;
END
$$;

CREATE FUNCTION pg_temp.wallet(place bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN lpad(to_hex(1 + place * :wallets / :histories), 32, '0')::uuid;

-- Each movement with its number, and the places of both wallets among those with a history. Ids are in the order of time.
CREATE TEMP VIEW moved AS
SELECT seq, round, payer, payee, pg_temp.wallet(payer) AS debit, pg_temp.wallet(payee) AS credit, moment,
       (lpad(to_hex((date_part('epoch', moment) * 1000)::bigint), 12, '0') || '70008000'
           || lpad(to_hex(seq), 12, '0'))::uuid AS id
FROM (
    SELECT seq, round, payer, (payer + round) % :histories AS payee,
           now() - interval '28 days' + interval '28 days' * (seq::float8 / (:histories * :rounds)) AS moment
    FROM (
        SELECT seq, (seq - 1) / :histories + 1 AS round, (seq - 1) % :histories AS payer
        FROM generate_series(1::bigint, :histories * :rounds) AS seq
    ) AS numbered
) AS timed;

INSERT INTO transactions (id, seq, type, currency, debit_wallet_id, credit_wallet_id, amount, status,
                          operation_caller, operation_id, effective_at, created_at, updated_at)
SELECT id, seq, 'transfer', 'AZR', debit, credit, round, 'completed', debit::text, id, moment, moment, moment
FROM moved;

-- The first posting that a round leaves on a wallet is of its own payment, or of the one from r places before, which comes
-- earlier unless the places begin anew in between.
INSERT INTO postings (wallet_id, version, transaction_id, amount, balance_after, held_after, effective_at, created_at)
SELECT leg.wallet, 2 * round - CASE WHEN leg.first THEN 1 ELSE 0 END, id, leg.amount,
       CASE WHEN leg.first THEN leg.amount ELSE 0 END, 0, moment, moment
FROM moved
CROSS JOIN LATERAL (VALUES (debit, -round, payer < round), (credit, round, payee >= round))
    AS leg (wallet, amount, first);

-- As long as real ones.
INSERT INTO request_claims (caller, request_id, method, request_hash, key_id, field_digests, code, response, decided_at,
                            expires_at)
SELECT debit::text, id, '/azora.mint.v1.MintService/Transfer', sha256(uuid_send(id)), 'bench',
       '{"2": "0123456789abcdef", "3": "0123456789abcdef", "4": "0123456789abcdef"}', 0,
       decode(repeat('00', 182), 'hex'), moment, moment + interval '30 days'
FROM moved;

UPDATE wallets SET version = 2 * :rounds, created_at = now() - interval '29 days', updated_at = now()
WHERE id IN (SELECT pg_temp.wallet(place) FROM generate_series(0::bigint, :histories - 1) AS place);

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM put_back LOOP
        EXECUTE one.made_by;
    END LOOP;
END
$$;
