-- Wallet n of user n, both with the UUID whose value is n. Without a floor: nothing has to be minted first, and no run ends
-- because somebody has nothing left.
INSERT INTO wallets (id, user_id, currency, kind, ref, address, floor, status, created_at, updated_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :wallets)
SELECT unhex(printf('%032x', n)), unhex(printf('%032x', n)), 'AZR', 'user', '', printf('AZR%040x', n), NULL, 'active',
       '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00'
FROM numbers;
