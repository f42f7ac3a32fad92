-- What a letter tells, how many letters one address gets, and what the worker sweeps. None of it needs the reference tables to be there: a
-- practice with tables of its own puts others in their place.

-- A claim writes a little more into each row: room for it on the same page keeps it a heap-only update.
ALTER TABLE holdfast.job SET (fillfactor = 42);

-- What a letter about this subject would tell now: the calendar's sequence and a digest of what matters to its reader. One digest is one
-- state of affairs, whatever the session's settings: instants are seconds here, not their text.
CREATE FUNCTION holdfast.telling_of(subject_kind text, subject_id uuid, OUT seq int, OUT digest text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  affairs jsonb;
BEGIN
  IF telling_of.subject_kind = 'reservation' THEN
    SELECT r.ical_seq,
           jsonb_build_array(CASE WHEN r.state = 'pending' THEN 'held' WHEN r.state IN ('cancelled', 'expired') THEN 'ended' ELSE 'booked' END,
                             extract(epoch FROM r.starts_at), extract(epoch FROM r.ends_at), r.place, r.place_text, r.provider_id)
    INTO seq, affairs FROM booking.reservation r WHERE r.id = telling_of.subject_id;
  ELSIF telling_of.subject_kind = 'invitation' THEN
    SELECT 0, jsonb_build_array('invited', i.provider_id) INTO seq, affairs FROM booking.invitation i WHERE i.id = telling_of.subject_id;
  ELSIF telling_of.subject_kind = 'series' THEN
    -- A time that has passed is no change, and that none is left is worth telling.
    SELECT 0, jsonb_build_array('series', jsonb_agg(
             jsonb_build_array(extract(epoch FROM r.starts_at), extract(epoch FROM r.ends_at), r.place, r.place_text, r.provider_id)
             ORDER BY r.starts_at, r.id) FILTER (WHERE r.state IN ('confirmed', 'completed', 'no_show')))
    INTO seq, affairs FROM booking.reservation r WHERE r.series_id = telling_of.subject_id;
  END IF;
  -- Short: it is compared with a few others of its subject, and a longer one would leave claims no room on their pages.
  digest := left(encode(sha256(convert_to(affairs::text, 'UTF8')), 'base64'), 12);
END $$;

-- NULL when there is nothing to tell.
CREATE FUNCTION holdfast.digest_of(subject_kind text, subject_id uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.digest FROM holdfast.telling_of(digest_of.subject_kind, digest_of.subject_id) AS t $$;

-- A letter that failed for good, or came back, has told nobody anything, though an earlier attempt was thought to.
CREATE FUNCTION holdfast.forget_untold() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost record;
BEGIN
  -- One by one, by key, however much was told.
  FOR lost IN SELECT a.subject_id, a.audience, a.job_id FROM added a WHERE a.final AND a.outcome = 'failed' LOOP
    DELETE FROM holdfast.told t WHERE t.subject_id = lost.subject_id AND t.audience = lost.audience AND t.job_id = lost.job_id;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER history_untold AFTER INSERT ON holdfast.history REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.forget_untold();

-- Holds whose letter left before this step: their readers were told.
INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest, at)
SELECT h.subject_id, h.audience, h.job_id, h.subject_kind, h.kind, 0, '', max(h.at)
FROM holdfast.history h
WHERE h.kind = 'reservation.confirm' AND h.outcome IN ('sent', 'unknown') AND holdfast.is_open(h.subject_kind, h.subject_id)
  AND NOT EXISTS (SELECT FROM holdfast.history f WHERE f.job_id = h.job_id AND f.final AND f.outcome = 'failed')
GROUP BY h.subject_id, h.audience, h.job_id, h.subject_kind, h.kind;

-- As before, and letters that outlive a change stay owed: the end of a reservation, and that a letter about it did not arrive.
CREATE OR REPLACE FUNCTION holdfast.withdraw(subject_id uuid, reason text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM holdfast.job j
    WHERE j.subject_id = withdraw.subject_id AND j.state IN ('ready', 'held')
      AND j.kind NOT IN ('provider.bounce', 'provider.hold_expired', 'provider.declined', 'reservation.released', 'appointment.cancelled',
                         'provider.cancelled')
    RETURNING j.*),
  freed AS (DELETE FROM holdfast.dedupe d USING gone g WHERE d.key = g.dedupe_key)
  INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason, args)
  SELECT g.id, g.claim_no, g.subject_id, g.attempts, g.subject_gen, true, 'cancelled', g.kind, g.subject_kind, g.audience, withdraw.reason, g.args
  FROM gone g $$;

-- Gives the claimed letters that count against the cap of their address its allowance: three letters in 24 hours, the earliest first. A
-- letter that has one keeps it through all its attempts; one of such a kind that has none is one too many.
CREATE FUNCTION holdfast.take_allowance(claimed bigint[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ids bigint[];
  addresses bytea[];
BEGIN
  SELECT array_agg(j.id ORDER BY j.run_at, j.id), array_agg(sha256(convert_to(lower(coalesce(r.invitee_email, i.email)), 'UTF8')) ORDER BY j.run_at, j.id)
  INTO ids, addresses
  FROM holdfast.job j
  JOIN holdfast.kind k ON k.name = j.kind AND k.capped
  -- Such letters go to the invitee of a hold or of an invitation.
  LEFT JOIN booking.reservation r ON r.id = j.subject_id AND j.subject_kind = 'reservation'
  LEFT JOIN booking.provider p ON p.id = r.provider_id
  LEFT JOIN booking.invitation i ON i.id = j.subject_id AND j.subject_kind = 'invitation'
  WHERE j.id = ANY (claimed) AND NOT EXISTS (SELECT FROM holdfast.allowance a WHERE a.job_id = j.id)
    -- A hold that came when its provider had as many others waiting as it may is one too many.
    AND (r.state <> 'pending' OR p.most_holds > (
           SELECT count(*) FROM (
             SELECT FROM booking.reservation o
             WHERE o.provider_id = r.provider_id AND o.state = 'pending' AND o.hold_expires_at > holdfast.clock()
               AND (o.created_at, o.id) < (r.created_at, r.id) LIMIT p.most_holds) AS earlier)) IS NOT FALSE;
  IF ids IS NULL THEN
    RETURN;
  END IF;
  -- Claims that meet at an address wait for each other, always in one order; the statement behind this one sees what the other took.
  PERFORM pg_advisory_xact_lock(hashtext('holdfast.allowance'), k.key)
  FROM (SELECT DISTINCT hashtext(encode(a, 'hex')) AS key FROM unnest(addresses) AS a ORDER BY 1) AS k;
  INSERT INTO holdfast.allowance (job_id, address_digest, at)
  SELECT c.id, c.address, holdfast.clock()
  FROM (SELECT u.id, u.address, row_number() OVER (PARTITION BY u.address ORDER BY u.place) AS turn
        FROM unnest(ids, addresses) WITH ORDINALITY AS u(id, address, place) WHERE u.address IS NOT NULL) AS c
  WHERE c.turn <= 3
    AND c.turn + (SELECT count(*) FROM holdfast.allowance a
                  WHERE a.address_digest = c.address AND a.at > holdfast.clock() - interval '24 hours') <= 3;
END $$;

-- Ends holds whose time is over, at most `most` at once, and says how many. Any number of workers may call it at any time. It waits for
-- nobody for long: what it cannot have is left for the next call, long before the server would look for a deadlock and end an
-- application's transaction for it. A hold that cannot be ended stands in no other's way: the server's log tells of it.
CREATE FUNCTION holdfast.expire_holds(most int DEFAULT 200) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '300ms' AS $$
DECLARE
  lapsed uuid;
  expired int := 0;
BEGIN
  FOR lapsed IN
    SELECT r.id FROM booking.reservation r WHERE r.state = 'pending' AND r.hold_expires_at <= holdfast.clock()
    ORDER BY r.hold_expires_at LIMIT expire_holds.most FOR NO KEY UPDATE SKIP LOCKED
  LOOP
    BEGIN
      UPDATE booking.reservation r SET state = 'expired', changed_by = 'practice' WHERE r.id = lapsed;
      expired := expired + 1;
    EXCEPTION
      WHEN lock_not_available THEN EXIT;
      WHEN OTHERS THEN
        IF SQLSTATE ~ '^(40|53|57)' THEN
          RAISE;
        END IF;
        RAISE WARNING 'holdfast: the hold % cannot be ended (SQLSTATE %)', lapsed, SQLSTATE;
    END;
  END LOOP;
  RETURN expired;
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there are no holds.
  RETURN 0;
END $$;

-- Forgets what was told of subjects that are closed, 30 days after it was told and at most `most` at once; never while a letter is owed
-- about the subject, which may be worded by it.
CREATE FUNCTION holdfast.prune_told(most int DEFAULT 500) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  pruned int := 0;
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('holdfast.prune_told')) THEN
    DELETE FROM holdfast.told t USING (
      SELECT o.subject_id, o.audience, o.job_id FROM holdfast.told o
      WHERE o.at < holdfast.clock() - interval '30 days'
        AND NOT EXISTS (SELECT FROM holdfast.job j WHERE j.subject_id = o.subject_id)
        AND NOT holdfast.is_open(o.subject_kind, o.subject_id)
      ORDER BY o.at LIMIT prune_told.most) AS over
    WHERE (t.subject_id, t.audience, t.job_id) = (over.subject_id, over.audience, over.job_id);
    GET DIAGNOSTICS pruned = ROW_COUNT;
  END IF;
  RETURN pruned;
END $$;

-- Forgets allowances that count no more; says how many.
CREATE FUNCTION holdfast.prune_allowance() RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  pruned int := 0;
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('holdfast.prune_allowance')) THEN
    DELETE FROM holdfast.allowance a WHERE a.at <= holdfast.clock() - interval '24 hours';
    GET DIAGNOSTICS pruned = ROW_COUNT;
  END IF;
  RETURN pruned;
END $$;

-- As before, and of an invitation: as long as it is open, and its links are those of that letter.
CREATE OR REPLACE FUNCTION holdfast.is_bounce_news(subject_kind text, subject_id uuid, gen int) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF is_bounce_news.subject_kind = 'reservation' THEN
    RETURN EXISTS (SELECT FROM booking.reservation r
                   WHERE r.id = is_bounce_news.subject_id
                     AND r.link_gen - (r.state NOT IN ('pending', 'confirmed'))::int <= is_bounce_news.gen);
  ELSIF is_bounce_news.subject_kind = 'invitation' THEN
    RETURN EXISTS (SELECT FROM booking.invitation i JOIN booking.provider p ON p.id = i.provider_id
                   WHERE i.id = is_bounce_news.subject_id AND i.withdrawn_at IS NULL AND i.booked IS NULL AND p.link_gen = is_bounce_news.gen);
  END IF;
  RETURN coalesce(holdfast.subject_gen(is_bounce_news.subject_kind, is_bounce_news.subject_id) = is_bounce_news.gen, false);
EXCEPTION WHEN undefined_table THEN
  -- Migrated with --no-booking, and nothing was put in its place: there is nobody to tell.
  RETURN false;
END $$;

-- As before, and a letter that was one too many for its address does not arrive either.
CREATE OR REPLACE FUNCTION holdfast.owe_bounce_notices() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost record;
BEGIN
  -- Always in one order, so that two settles that tell of the same subjects wait for each other and never deadlock.
  FOR lost IN
    SELECT DISTINCT a.subject_kind, a.subject_id, a.gen FROM added a
    WHERE a.final AND a.audience <> 'provider'
      AND (a.outcome IN ('failed', 'expired', 'unknown')
           -- Notifications.Refusal.addressSuppressed and .overCap; a test holds them together.
           OR (a.outcome = 'suppressed' AND a.reason IN ('the address must not be written to', 'too many letters to this address today')))
      AND (a.kind LIKE 'reservation.%'
           OR a.kind IN ('appointment.confirmed', 'appointment.changed', 'appointment.cancelled', 'appointment.series', 'provider.invite'))
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

REVOKE EXECUTE ON FUNCTION holdfast.telling_of(text, uuid), holdfast.digest_of(text, uuid), holdfast.forget_untold(), holdfast.take_allowance(bigint[]),
  holdfast.expire_holds(int), holdfast.prune_told(int), holdfast.prune_allowance() FROM PUBLIC;
