-- Does an operator's action to a letter. $1 action  $2 job  $3 operator  $4 reason  $5 request  $6 what becomes of doubt
SELECT $2::bigint AS job_id, c.kind, c.subject_kind, c.subject_id, c.audience, c.answer, c.stopped
FROM holdfast.change_owed($1::text, $2::bigint, $3::text, $4::text, $5::text, $6::text) AS c
