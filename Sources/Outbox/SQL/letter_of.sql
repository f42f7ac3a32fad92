-- A letter as it was owed last. $1 job
SELECT $1::bigint AS job_id, l.kind, l.subject_kind, l.subject_id, l.audience, l.outcome FROM holdfast.letter_of($1::bigint) AS l
