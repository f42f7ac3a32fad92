-- Stops a kind, or all with '*'; a stop that stands already stays as it was. $1 kind  $2 reason  $3 operator
SELECT holdfast.stop_letters($1::text, $2::text, $3::text) AS changed
