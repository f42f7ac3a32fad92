-- A series of appointments is one matter: whatever happens to several of its times is one letter, with the list as it stands now. Each of
-- its times is reminded of by itself.
INSERT INTO holdfast.kind (name, priority, class, audience, lifetime, links, tells)
VALUES ('appointment.series', 0, 'required', 'client', '14 days', '{}', true);
CREATE INDEX reservation_of_series ON booking.reservation (series_id, starts_at) WHERE series_id IS NOT NULL;

-- Owes the letter about a series to its client and, unless `provider_at` is NULL, to its provider. One that waits is enough: it will list what
-- is true then, and is locked, so that no claim takes it before this transaction's change can be read. Never sooner than in a minute: the
-- times of a series may be written one by one.
CREATE FUNCTION booking.owe_series(r booking.reservation, client_at timestamptz, provider_at timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  reader record;
BEGIN
  FOR reader IN SELECT * FROM (VALUES ('client', client_at), ('provider', provider_at)) AS v(audience, at) WHERE v.at IS NOT NULL LOOP
    PERFORM FROM holdfast.job j
    WHERE j.subject_id = r.series_id AND j.kind = 'appointment.series' AND j.audience = reader.audience AND j.state = 'ready'
    ORDER BY j.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      PERFORM holdfast.enqueue('appointment.series', 'series', r.series_id,
                               run_at => greatest(reader.at, holdfast.clock() + interval '60 seconds'),
                               args => jsonb_build_object('audience', reader.audience));
    END IF;
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION booking.owe_series(booking.reservation, timestamptz, timestamptz) FROM PUBLIC;

-- As before, and the letter about a series carries no invitation to the portal: that of a booked one is owed at once, and follows as any other.
CREATE OR REPLACE FUNCTION booking.owe_activation(task booking.signup_task) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at timestamptz := holdfast.clock();
  c booking.client%ROWTYPE;
  r booking.reservation%ROWTYPE;
  key text;
  at timestamptz;
BEGIN
  PERFORM holdfast.withdraw(task.id, 'the task changed');
  SELECT * INTO c FROM booking.client WHERE id = task.client_id;
  IF task.kind <> 'activate_portal' OR task.state <> 'open' OR c.portal_activated_at IS NOT NULL OR c.status = 'archived' THEN
    RETURN;
  END IF;
  SELECT * INTO r FROM booking.reservation WHERE id = task.reservation_id;
  IF task.reservation_id IS NOT NULL AND r.state NOT IN ('pending', 'confirmed') THEN
    RETURN;
  END IF;
  key := 'portal.activate:' || task.id || ':' || c.link_gen;
  IF task.reservation_id IS NULL OR (r.series_id IS NOT NULL AND r.state = 'confirmed') THEN
    PERFORM holdfast.enqueue('portal.activate', 'signup_task', task.id, dedupe_key => key);
  END IF;
  FOR at IN SELECT DISTINCT holdfast.daytime(f, c.tz) FROM unnest(ARRAY[task.created_at + interval '72 hours', r.starts_at - interval '24 hours']) AS f
            WHERE f < r.starts_at ORDER BY 1 LOOP
    IF at > now_at THEN
      PERFORM holdfast.enqueue('portal.activate', 'signup_task', task.id, run_at => at, expires_at => r.starts_at,
                               dedupe_key => key || ':' || extract(epoch FROM at)::bigint);
    END IF;
  END LOOP;
END $$;
