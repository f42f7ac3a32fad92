-- Lifts one stop. $1 kind, or '*' for the one of all kinds  $2 reason  $3 operator
WITH gone AS (DELETE FROM holdfast.pause WHERE kind = $1::text RETURNING kind)
INSERT INTO holdfast.audit (operator, action, target, reason) SELECT $3::text, 'resume', g.kind, $2::text FROM gone g
