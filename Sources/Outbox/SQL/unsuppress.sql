-- $1 address  $2 class, or NULL  $3 target  $4 operator  $5 reason  $6 request
SELECT u.lifted_class AS class, u.was, u.done_before FROM holdfast.unsuppress($1::text, $2::text, $3::text, $4::text, $5::text, $6::text) AS u
