-- The next suppressions behind one, in order. $1 address and  $2 class of the one before  $3 most
SELECT s.address, s.class, s.reason, s.until, s.created_at FROM holdfast.suppression s
WHERE (s.address, s.class) > ($1::text, $2::text) ORDER BY s.address, s.class LIMIT $3::int
