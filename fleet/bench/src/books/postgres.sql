-- What moves between the wallets, for `movements.sql`.
CREATE TEMP TABLE moves AS
SELECT n::bigint AS seq,
       ('1' || lpad(to_hex(n), 31, '0'))::uuid AS id,
       CASE WHEN n % 50 = 0 THEN ('2' || lpad(to_hex(n), 31, '0'))::uuid END AS hold_id,
       lpad(to_hex(n % :wallets + 1), 32, '0')::uuid::text AS caller,
       ('3' || lpad(to_hex(n), 31, '0'))::uuid AS operation_id,
       lpad(to_hex(n % :wallets + 1), 32, '0')::uuid AS debit_wallet_id,
       lpad(to_hex((n % :wallets + 1 + n % (:wallets - 1)) % :wallets + 1), 32, '0')::uuid AS credit_wallet_id,
       (n % 1000 + 1)::bigint AS amount,
       timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS moment
FROM generate_series(1, :transactions) AS n;
