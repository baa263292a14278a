-- What moves between the wallets, for `movements.sql`.
CREATE TEMP TABLE moves AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :transactions)
SELECT n AS seq,
       unhex(printf('1%031x', n)) AS id,
       CASE WHEN n % 50 = 0 THEN unhex(printf('2%031x', n)) END AS hold_id,
       printf('00000000-0000-0000-0000-%012x', n % :wallets + 1) AS caller,
       unhex(printf('3%031x', n)) AS operation_id,
       unhex(printf('%032x', n % :wallets + 1)) AS debit_wallet_id,
       unhex(printf('%032x', (n % :wallets + 1 + n % (:wallets - 1)) % :wallets + 1)) AS credit_wallet_id,
       n % 1000 + 1 AS amount,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', 1767225600 + n, 'unixepoch') AS moment
FROM numbers;
