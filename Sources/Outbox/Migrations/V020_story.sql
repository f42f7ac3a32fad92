-- What an operator is told of a reader or a subject.

-- What letters are about that go to this address, or that belong to this id: the newest 200 of each sort; `has_older`, whether those
-- are not all. `audience` says whose letters are meant, NULL everybody's; `args`, what they have among their arguments. Each relation is looked at
-- where it is: a practice with tables of its own may have put only some in place.
CREATE FUNCTION holdfast.subjects_of(address text, id uuid)
  RETURNS TABLE (subject_kind text, subject_id uuid, audience text, args jsonb, has_older boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  place record;
  -- Looked up first: an OR of conditions has an index for each of them only where none is a query.
  clients uuid[] := '{}';
  providers uuid[] := '{}';
BEGIN
  IF to_regclass('booking.client') IS NOT NULL THEN
    clients := ARRAY(SELECT c.id FROM booking.client c WHERE lower(c.email) = lower(subjects_of.address) OR c.id = subjects_of.id);
  END IF;
  IF to_regclass('booking.provider') IS NOT NULL THEN
    providers := ARRAY(SELECT p.id FROM booking.provider p WHERE lower(p.email) = lower(subjects_of.address) OR p.id = subjects_of.id);
  END IF;
  RETURN QUERY SELECT 'client', c, 'client', '{}'::jsonb, false FROM unnest(clients) AS c;
  RETURN QUERY SELECT 'provider', p, 'provider', '{}'::jsonb, false FROM unnest(providers) AS p;
  FOR place IN SELECT * FROM (VALUES
    ('booking.reservation', $q$
      SELECT DISTINCT 'reservation', r.id, CASE WHEN $2 IN (r.id, r.series_id) THEN NULL ELSE reader.audience END, '{}'::jsonb, r.has_older
      FROM (SELECT o.id, o.series_id, o.invitee_email, o.client_id, o.provider_id, count(*) OVER () > 200 AS has_older
            FROM booking.reservation o
            WHERE o.id = $2 OR o.series_id = $2 OR lower(o.invitee_email) = $1 OR o.client_id = ANY ($3) OR o.provider_id = ANY ($4)
            ORDER BY o.starts_at DESC LIMIT 200) AS r
      CROSS JOIN LATERAL (VALUES ('invitee', lower(r.invitee_email) = $1), ('client', r.client_id = ANY ($3)),
                                 ('provider', r.provider_id = ANY ($4))) AS reader(audience, is_meant)
      WHERE reader.is_meant OR $2 IN (r.id, r.series_id) $q$),
    ('booking.reservation', $q$
      SELECT DISTINCT 'series', r.series_id, CASE WHEN $2 IN (r.id, r.series_id) THEN NULL ELSE reader.audience END, '{}'::jsonb, r.has_older
      FROM (SELECT o.id, o.series_id, o.invitee_email, o.client_id, o.provider_id, count(*) OVER () > 200 AS has_older
            FROM booking.reservation o
            WHERE (o.id = $2 OR o.series_id = $2 OR o.client_id = ANY ($3) OR o.provider_id = ANY ($4)) AND o.series_id IS NOT NULL
            ORDER BY o.starts_at DESC LIMIT 200) AS r
      CROSS JOIN LATERAL (VALUES ('client', r.client_id = ANY ($3)), ('provider', r.provider_id = ANY ($4))) AS reader(audience, is_meant)
      WHERE reader.is_meant OR $2 IN (r.id, r.series_id) $q$),
    ('booking.signup_task', $q$
      SELECT 'signup_task', t.id, CASE WHEN t.client_id = ANY ($3) THEN 'client' END, '{}'::jsonb, count(*) OVER () > 200
      FROM booking.signup_task t
      WHERE t.id = $2 OR t.reservation_id = $2 OR t.client_id = ANY ($3) ORDER BY t.created_at DESC LIMIT 200 $q$),
    ('booking.invitation', $q$
      SELECT 'invitation', i.id, CASE WHEN i.id = $2 THEN NULL WHEN lower(i.email) = $1 THEN 'invitee' ELSE 'provider' END, '{}'::jsonb,
             count(*) OVER () > 200
      FROM booking.invitation i
      WHERE i.id = $2 OR lower(i.email) = $1 OR i.provider_id = ANY ($4) ORDER BY i.created_at DESC LIMIT 200 $q$),
    ('booking.message_thread', $q$
      SELECT 'message_thread', m.id, CASE WHEN m.id = $2 THEN NULL WHEN m.client_id = ANY ($3) THEN 'client' ELSE 'provider' END, '{}'::jsonb,
             count(*) OVER () > 200
      FROM booking.message_thread m WHERE m.id = $2 OR m.client_id = ANY ($3) OR m.provider_id = ANY ($4)
      ORDER BY greatest(m.unread_by_client_since, m.unread_by_provider_since) DESC NULLS LAST, m.id LIMIT 200 $q$),
    -- Both addresses were told, each by a letter of its own.
    ('booking.address_change', $q$
      SELECT 'address_change', a.id, NULL,
             CASE $1 WHEN lower(a.old_email) THEN '{"to": "old"}' WHEN lower(a.new_email) THEN '{"to": "new"}' ELSE '{}' END::jsonb,
             count(*) OVER () > 200
      FROM booking.address_change a
      WHERE a.id = $2 OR a.client_id = $2 OR a.provider_id = $2 OR lower(a.old_email) = $1 OR lower(a.new_email) = $1
      ORDER BY a.at DESC LIMIT 200 $q$)) AS v(relation, query)
  LOOP
    IF to_regclass(place.relation) IS NOT NULL THEN
      RETURN QUERY EXECUTE place.query USING lower(subjects_of.address), subjects_of.id, clients, providers;
    END IF;
  END LOOP;
END $$;

-- How a subject stands, in a word; NULL when it is gone, or has no state.
CREATE FUNCTION holdfast.subject_state(subject_kind text, subject_id uuid) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE subject_state.subject_kind
    WHEN 'reservation' THEN RETURN (SELECT r.state FROM booking.reservation r WHERE r.id = subject_state.subject_id);
    WHEN 'signup_task' THEN RETURN (SELECT t.state FROM booking.signup_task t WHERE t.id = subject_state.subject_id);
    WHEN 'client' THEN RETURN (SELECT c.status FROM booking.client c WHERE c.id = subject_state.subject_id);
    WHEN 'invitation' THEN
      RETURN (SELECT CASE WHEN i.booked IS NOT NULL THEN 'booked' WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn' ELSE 'open' END
              FROM booking.invitation i WHERE i.id = subject_state.subject_id);
    ELSE RETURN NULL;
  END CASE;
EXCEPTION WHEN undefined_table THEN
  RETURN NULL;
END $$;

-- What only operators are granted (deploy/roles.sql).
REVOKE EXECUTE ON FUNCTION holdfast.subjects_of(text, uuid), holdfast.subject_state(text, uuid) FROM PUBLIC;
