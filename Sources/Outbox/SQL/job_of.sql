-- The job that a number, a Message-ID or a relay's queue id belongs to. A letter under way is known by the fixed half of its id.
-- $1 job  $2 Message-ID  $3 queue id, in the ways that it may be written
(SELECT l.job_id FROM (SELECT $1::bigint AS job_id) AS l CROSS JOIN holdfast.letter_of(l.job_id))
UNION ALL
(SELECT h.job_id FROM holdfast.history h WHERE h.message_id = $2::text ORDER BY h.at DESC LIMIT 1)
UNION ALL
(SELECT j.id FROM holdfast.job j
 WHERE j.message_uuid = CASE WHEN $2::text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.' THEN left($2::text, 36)::uuid END)
UNION ALL
-- No index has queue ids: the last month is looked through.
(SELECT h.job_id FROM holdfast.history h
 WHERE h.queue_id = ANY ($3::text[]) AND h.at > statement_timestamp() - interval '31 days' ORDER BY h.at DESC LIMIT 1)
LIMIT 1
