-- The links that letters carried; never what opens them. $1 jobs
SELECT l.job_id, l.kind, l.purpose, l.gen, l.issued_at, l.expires_at, l.uses, l.max_uses, l.first_used_at, l.revoked_at,
       l.expires_at <= holdfast.clock() AS is_over
FROM holdfast.link l WHERE l.job_id = ANY ($1::bigint[]) ORDER BY l.issued_at DESC, l.job_id DESC, l.purpose
