-- $1 addresses  $2 classes  $3 untils  $4 reasons  $5 action  $6 target  $7 operator  $8 reason  $9 request
SELECT s.place, s.answer
FROM holdfast.suppress($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text, $6::text, $7::text, $8::text, $9::text) AS s
ORDER BY s.place
