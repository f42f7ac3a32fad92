-- $1 operator  $2 action  $3 target  $4 reason
INSERT INTO holdfast.audit (operator, action, target, reason) VALUES ($1::text, $2::text, $3::text, $4::text)
