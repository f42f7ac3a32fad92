-- Stops a kind, or all with '*'; a stop that stands already stays as it was. $1 kind  $2 reason  $3 operator
WITH made AS (
  INSERT INTO holdfast.pause (kind, reason, operator) VALUES ($1::text, $2::text, $3::text)
  ON CONFLICT (kind) DO NOTHING RETURNING kind)
INSERT INTO holdfast.audit (operator, action, target, reason) SELECT $3::text, 'pause', m.kind, $2::text FROM made m
