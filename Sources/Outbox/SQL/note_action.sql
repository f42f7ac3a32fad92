-- $1 operator  $2 action  $3 target  $4 reason  $5 request
SELECT holdfast.note_action($1::text, $2::text, $3::text, $4::text, $5::text)
