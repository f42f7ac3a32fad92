-- The next suppressions behind one that are not over, in order. $1 address and  $2 class of the one before  $3 most
SELECT s.address, s.class, s.reason, s.until, s.created_at FROM holdfast.suppression s
WHERE (s.address, s.class) > ($1::text, $2::text) AND (s.until IS NULL OR s.until > holdfast.clock())
ORDER BY s.address, s.class LIMIT $3::int
