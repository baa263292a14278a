-- One transfer: both wallets locked in the order of their ids, judged, moved, and written down as mint does, with a number,
-- a transaction and two postings. No claim, no audit entry, no event.
CREATE SEQUENCE move_seq;

CREATE FUNCTION move(debit bigint, credit bigint, units bigint) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    from_id uuid := lpad(to_hex(debit), 32, '0')::uuid;
    to_id uuid := lpad(to_hex(credit), 32, '0')::uuid;
    id uuid := gen_random_uuid();
    payer wallets;
    payee wallets;
BEGIN
    IF from_id = to_id THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM wallets WHERE wallets.id IN (from_id, to_id) ORDER BY wallets.id FOR UPDATE;
    UPDATE wallets SET balance = balance - units, version = version + 1, updated_at = now()
        WHERE wallets.id = from_id AND status = 'active' RETURNING * INTO STRICT payer;
    UPDATE wallets SET balance = balance + units, version = version + 1, updated_at = now()
        WHERE wallets.id = to_id AND status = 'active' RETURNING * INTO STRICT payee;
    INSERT INTO transactions (id, seq, type, currency, debit_wallet_id, credit_wallet_id, amount, status,
                              operation_caller, operation_id, effective_at, created_at, updated_at)
        VALUES (id, nextval('move_seq'), 'transfer', payer.currency, from_id, to_id, units, 'completed',
                from_id::text, gen_random_uuid(), now(), now(), now());
    INSERT INTO postings (wallet_id, version, transaction_id, amount, balance_after, held_after, effective_at, created_at)
        VALUES (from_id, payer.version, id, -units, payer.balance, payer.held, now(), now()),
               (to_id, payee.version, id, units, payee.balance, payee.held, now(), now());
    RETURN id;
END
$$;
