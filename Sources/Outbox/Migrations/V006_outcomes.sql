-- When a full mailbox refused a letter: one such refusal says little, three within 14 days suppress the address.
CREATE TABLE holdfast.full_mailbox (
  address text PRIMARY KEY CHECK (address = lower(address)),
  refused_at timestamptz[] NOT NULL CHECK (cardinality(refused_at) > 0));
COMMENT ON TABLE holdfast.full_mailbox IS 'erased with the person, as holdfast.suppression is';

ALTER TABLE holdfast.suppression
  DROP CONSTRAINT suppression_reason_check,
  ADD CONSTRAINT suppression_reason_check CHECK (reason IN ('hard_bounce', 'mailbox_full', 'complaint', 'opt_out', 'manual'));

-- The operator's word on a job held in doubt: true sends the same bytes once more, false leaves it at "nobody knows". False when the job is
-- not held. A job past its deadline is not sent: the claim judges it as any other.
CREATE FUNCTION holdfast.decide_held(job_id bigint, resend boolean, operator text, reason text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held holdfast.job;
BEGIN
  SELECT j.* INTO held FROM holdfast.job j WHERE j.id = decide_held.job_id AND j.state = 'held' FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF resend THEN
    UPDATE holdfast.job j SET state = 'ready', run_at = holdfast.clock() WHERE j.id = held.id;
    PERFORM pg_notify('holdfast_wake', held.queue);
  ELSE
    DELETE FROM holdfast.job j WHERE j.id = held.id;
    INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
    VALUES (held.id, held.claim_no, held.subject_id, held.attempts, held.subject_gen, true, 'unknown', held.kind, held.subject_kind, held.audience,
            'left in doubt by the operator', held.args);
  END IF;
  INSERT INTO holdfast.audit (operator, action, target, reason)
  VALUES (decide_held.operator, CASE WHEN resend THEN 'resend held' ELSE 'leave in doubt' END, held.id::text, decide_held.reason);
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION holdfast.decide_held FROM PUBLIC;
