-- Which letters the practice owes, queued in the application's own transaction.
CREATE FUNCTION booking.owe_for_reservation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh boolean := TG_OP = 'INSERT';
  turned boolean := TG_OP = 'UPDATE' AND (NEW.link_gen <> OLD.link_gen OR NEW.state <> OLD.state);
  moved boolean := TG_OP = 'UPDATE' AND NEW.starts_at <> OLD.starts_at;
BEGIN
  IF turned THEN
    PERFORM holdfast.withdraw(NEW.id, 'the reservation changed');
    IF NEW.link_gen <> OLD.link_gen THEN
      PERFORM holdfast.revoke_links(NEW.id);
    END IF;
  END IF;
  IF NEW.state = 'pending' AND (fresh OR turned) THEN
    PERFORM holdfast.enqueue('reservation.confirm', 'reservation', NEW.id, expires_at => NEW.hold_expires_at,
                             dedupe_key => 'reservation.confirm:' || NEW.id || ':' || NEW.link_gen);
  END IF;
  IF moved OR (turned AND NEW.state NOT IN ('pending', 'confirmed')) THEN
    PERFORM booking.owe_activation(t) FROM booking.signup_task t WHERE t.reservation_id = NEW.id AND t.state = 'open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER INSERT OR UPDATE ON booking.reservation FOR EACH ROW EXECUTE FUNCTION booking.owe_for_reservation();

-- Without a reservation the invitation to the portal is owed at once. With one it rides in that reservation's confirmation, and follows
-- 72 hours later and 24 hours before the start for as long as the task is open.
CREATE FUNCTION booking.owe_activation(task booking.signup_task) RETURNS void
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
  key := 'portal.activate:' || task.id || ':' || c.link_gen;
  IF task.reservation_id IS NULL THEN
    PERFORM holdfast.enqueue('portal.activate', 'signup_task', task.id, dedupe_key => key);
    RETURN;
  END IF;
  SELECT * INTO r FROM booking.reservation WHERE id = task.reservation_id;
  IF r.state NOT IN ('pending', 'confirmed') THEN
    RETURN;
  END IF;
  FOR at IN SELECT DISTINCT holdfast.daytime(f, c.tz) FROM unnest(ARRAY[task.created_at + interval '72 hours', r.starts_at - interval '24 hours']) AS f
            WHERE f < r.starts_at ORDER BY 1 LOOP
    IF at > now_at THEN
      PERFORM holdfast.enqueue('portal.activate', 'signup_task', task.id, run_at => at, expires_at => r.starts_at,
                               dedupe_key => key || ':' || extract(epoch FROM at)::bigint);
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION booking.owe_for_signup_task() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' OR (NEW.state, NEW.kind, NEW.client_id, NEW.reservation_id)
     IS DISTINCT FROM (OLD.state, OLD.kind, OLD.client_id, OLD.reservation_id) THEN
    PERFORM booking.owe_activation(NEW);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER INSERT OR UPDATE ON booking.signup_task FOR EACH ROW EXECUTE FUNCTION booking.owe_for_signup_task();

CREATE FUNCTION booking.owe_for_client() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Jobs before links, as a claim takes them: the other order could deadlock with it.
  IF NEW.link_gen <> OLD.link_gen OR (NEW.portal_activated_at IS NULL) <> (OLD.portal_activated_at IS NULL) OR NEW.status <> OLD.status THEN
    PERFORM booking.owe_activation(t) FROM booking.signup_task t WHERE t.client_id = NEW.id AND t.state = 'open';
  END IF;
  IF NEW.link_gen <> OLD.link_gen THEN
    PERFORM holdfast.revoke_links(NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER b_owe AFTER UPDATE ON booking.client FOR EACH ROW EXECUTE FUNCTION booking.owe_for_client();

REVOKE EXECUTE ON FUNCTION booking.owe_activation(booking.signup_task) FROM PUBLIC;
