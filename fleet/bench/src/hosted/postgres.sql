-- Wallet n of user n, both with the UUID whose value is n. Without a floor: nothing has to be minted first, and no run ends
-- because somebody has nothing left.
INSERT INTO wallets (id, user_id, currency, kind, ref, address, floor, status, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, 'AZR', 'user', '',
       'AZR' || lpad(to_hex(n), 40, '0'), NULL, 'active', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'
FROM generate_series(1, :wallets) AS n;
ANALYZE wallets;
