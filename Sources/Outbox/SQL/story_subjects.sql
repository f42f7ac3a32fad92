-- How subjects stand, and where letters about them go now. $1 kinds  $2 ids  $3 whose letters; NULL is everybody's  $4 their arguments
SELECT n.subject_kind, n.subject_id, holdfast.subject_gen(n.subject_kind, n.subject_id) AS gen,
       holdfast.subject_state(n.subject_kind, n.subject_id) AS state, holdfast.is_open(n.subject_kind, n.subject_id) AS is_open, a.audiences, a.addresses
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS u(subject_kind, subject_id, audience, args)) AS n
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(r.audience ORDER BY r.audience), '{}') AS audiences, coalesce(array_agg(r.address ORDER BY r.audience), '{}') AS addresses
  FROM (SELECT k.audience, holdfast.address_of(n.subject_kind, n.subject_id, k.audience) AS address
        FROM unnest(CASE n.subject_kind WHEN 'signup_task' THEN '{client}' WHEN 'provider' THEN '{provider}' ELSE '{invitee,client,provider}' END::text[])
             AS k(audience)
        WHERE k.audience = coalesce(n.audience, k.audience)) AS r
  WHERE r.address IS NOT NULL) AS a
ORDER BY n.subject_kind, n.subject_id, n.audience
