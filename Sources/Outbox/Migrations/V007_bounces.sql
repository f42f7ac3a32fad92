-- Letters that matter and do not arrive: the report of a later bounce, and the letter that tells the provider.

INSERT INTO holdfast.kind (name, priority, class, audience, lifetime) VALUES ('provider.bounce', 1, 'required', 'provider', '7 days');

-- Whether it still helps the provider to know that a letter of this generation did not arrive. A later generation has a letter of its own,
-- which may go to a mended address; the end of a reservation is a generation too, and there nothing else will tell.
CREATE FUNCTION holdfast.is_bounce_news(subject_kind text, subject_id uuid, gen int) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF is_bounce_news.subject_kind = 'reservation' THEN
    RETURN EXISTS (SELECT FROM booking.reservation r
                   WHERE r.id = is_bounce_news.subject_id
                     AND r.link_gen - (r.state NOT IN ('pending', 'confirmed'))::int <= is_bounce_news.gen);
  END IF;
  RETURN coalesce(holdfast.subject_gen(is_bounce_news.subject_kind, is_bounce_news.subject_id) = is_bounce_news.gen, false);
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is nobody to tell.
  RETURN false;
END $$;

-- Owes `provider.bounce` in the transaction that ends such a letter, whoever ends it: a settle, a withdrawal, a rescue, a report.
-- One statement-level look at what was written, so that a settle of many letters pays once.
-- A notice that cannot be owed refuses no settle, or the letter would be sent again, time after time: the server's log tells of it. What
-- passes by itself does refuse it, and both are tried again together.
CREATE FUNCTION holdfast.owe_bounce_notices() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost record;
BEGIN
  -- Always in one order, so that two settles that tell of the same subjects wait for each other and never deadlock.
  FOR lost IN
    SELECT DISTINCT a.subject_kind, a.subject_id, a.gen FROM added a
    WHERE a.final AND a.audience <> 'provider'
      AND (a.outcome IN ('failed', 'expired', 'unknown')
           -- Notifications.Refusal.addressSuppressed; a test holds the two together.
           OR (a.outcome = 'suppressed' AND a.reason = 'the address must not be written to'))
      AND (a.kind LIKE 'reservation.%'
           OR a.kind IN ('appointment.confirmed', 'appointment.changed', 'appointment.cancelled', 'provider.invite'))
    ORDER BY a.subject_id, a.gen
  LOOP
    BEGIN
      IF holdfast.is_bounce_news(lost.subject_kind, lost.subject_id, lost.gen) THEN
        PERFORM holdfast.enqueue('provider.bounce', lost.subject_kind, lost.subject_id,
                                 dedupe_key => 'provider.bounce:' || lost.subject_id || ':' || lost.gen);
      END IF;
    EXCEPTION WHEN OTHERS THEN
      IF SQLSTATE ~ '^(40|53|57|55P03)' THEN
        RAISE;
      END IF;
      RAISE WARNING 'holdfast: no provider.bounce is owed for the % % (SQLSTATE %)', lost.subject_kind, lost.subject_id, SQLSTATE;
    END;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER history_bounce AFTER INSERT ON holdfast.history REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.owe_bounce_notices();

-- Where letters about a subject go now.
CREATE FUNCTION holdfast.address_of(subject_kind text, subject_id uuid, audience text) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE address_of.subject_kind
    WHEN 'reservation' THEN (
      SELECT CASE address_of.audience WHEN 'invitee' THEN r.invitee_email WHEN 'client' THEN c.email WHEN 'provider' THEN p.email END
      FROM booking.reservation r
      JOIN booking.provider p ON p.id = r.provider_id
      LEFT JOIN booking.client c ON c.id = r.client_id
      WHERE r.id = address_of.subject_id)
    WHEN 'signup_task' THEN (
      SELECT c.email FROM booking.signup_task t JOIN booking.client c ON c.id = t.client_id WHERE t.id = address_of.subject_id)
  END;
EXCEPTION WHEN undefined_table THEN
  RETURN NULL;
END $$;

-- Nobody is written to at an address that is proven dead, for as long as after a refusal that proves it (settle.sql).
-- What an operator or an earlier proof says stays as it is.
CREATE FUNCTION holdfast.suppress_bounced(address text, evidence bigint) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO holdfast.suppression AS s (address, class, reason, evidence, until)
  VALUES (lower(suppress_bounced.address), 'all', 'hard_bounce', suppress_bounced.evidence, holdfast.clock() + interval '30 days')
  ON CONFLICT ON CONSTRAINT suppression_pkey DO UPDATE
    SET reason = excluded.reason, evidence = excluded.evidence, until = excluded.until, created_at = excluded.created_at
    WHERE s.until <= holdfast.clock() $$;

-- A letter that a relay took came back: for a provider's webhook and for `holdfast bounces`.
--
-- `message_id`: the letter's Message-ID, with or without angle brackets. `status`: an enhanced status code (RFC 3463) such as 5.1.1.
-- `at`: when it came back. `recipient`: whom the report names, if it names anybody.
-- Answers `recorded`; `known`, the letter is on record as failed and nothing was changed; `ignored`, the status is no failure;
-- `early`, the letter is not settled yet, so report it again in a moment; `unmatched`, there is no such letter.
--
-- The history of a letter is only ever added to: its last row says that it bounced. A letter that was to be sent once more, because
-- nobody knew whether the relay had it, is withdrawn; one that is being sent this moment is judged by its own claim.
-- An address is suppressed only while it is surely the one the letter went to: the one the report names, or, where it names none, that of
-- a subject whose generation has not moved since, because another address is another generation.
CREATE FUNCTION holdfast.report_bounce(
  message_id text, status text, at timestamptz DEFAULT holdfast.clock(), recipient text DEFAULT NULL)
  RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  wanted text := btrim(report_bounce.message_id, E'<> \t\r\n');
  sent holdfast.history%ROWTYPE;
  address text;
BEGIN
  IF report_bounce.status IS NULL OR report_bounce.status !~ '^[245]\.[0-9]{1,3}\.[0-9]{1,3}$' THEN
    RAISE EXCEPTION 'holdfast.report_bounce: status is an enhanced status code such as 5.1.1' USING ERRCODE = 'HF005';
  ELSIF report_bounce.status !~ '^5' THEN
    RETURN 'ignored';
  END IF;
  SELECT * INTO sent FROM holdfast.history h
  WHERE h.message_id = wanted AND h.outcome IN ('sent', 'unknown', 'failed') ORDER BY h.at DESC LIMIT 1;
  IF NOT FOUND THEN
    -- A relay may report faster than its own word on the letter is settled; the id begins with the job's half of it.
    RETURN CASE WHEN wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.'
                 AND EXISTS (SELECT FROM holdfast.job j WHERE j.message_uuid = left(wanted, 36)::uuid AND j.claim_no > 0)
           THEN 'early' ELSE 'unmatched' END;
  END IF;
  -- The key is what makes two reports at once one, whatever the caller's isolation level; history, what is left when keys are pruned.
  INSERT INTO holdfast.dedupe (key, job_id) VALUES ('bounce:' || sent.job_id, sent.job_id) ON CONFLICT (key) DO NOTHING;
  IF NOT FOUND OR EXISTS (SELECT FROM holdfast.history h WHERE h.job_id = sent.job_id AND h.final AND h.outcome = 'failed') THEN
    RETURN 'known';
  END IF;
  DELETE FROM holdfast.job j WHERE j.id = sent.job_id AND j.state IN ('ready', 'held');
  -- Before history, which owes the notice: a settle suppresses first too, and the other order could deadlock with it.
  IF report_bounce.status IN ('5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1') THEN
    address := holdfast.address_of(sent.subject_kind, sent.subject_id, sent.audience);
    -- No address, or no subject any more: neither comparison is true.
    IF (report_bounce.recipient IS NULL AND address IS NOT NULL AND sent.gen = holdfast.subject_gen(sent.subject_kind, sent.subject_id))
       OR lower(btrim(report_bounce.recipient, '<> ')) = lower(address) THEN
      PERFORM holdfast.suppress_bounced(address, sent.job_id);
    END IF;
  END IF;
  INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason,
                                message_id, stage, enhanced, args)
  -- After the letter and not in the future, wherever the reporter's clock stands: days without a partition of their own are neither.
  VALUES (least(greatest(report_bounce.at, sent.at + interval '1 microsecond'), clock_timestamp()), sent.job_id, sent.claim_no,
          sent.subject_id, sent.attempt, sent.gen, true, 'failed', sent.kind, sent.subject_kind, sent.audience, 'bounced later',
          sent.message_id, 'bounce', report_bounce.status, sent.args);
  RETURN 'recorded';
END $$;

-- What these functions use; an application reports by `report_bounce` alone. Whoever may execute a trigger's function could put it on a table
-- of their own.
REVOKE EXECUTE ON FUNCTION holdfast.is_bounce_news(text, uuid, int), holdfast.owe_bounce_notices(), holdfast.address_of(text, uuid, text),
  holdfast.suppress_bounced(text, bigint) FROM PUBLIC;
