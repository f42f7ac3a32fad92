-- Lifts one stop. $1 kind, or '*' for the one of all kinds  $2 reason  $3 operator
SELECT holdfast.resume_letters($1::text, $2::text, $3::text) AS changed
