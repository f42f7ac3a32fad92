-- Which of these addresses must not be written to; what is over binds nobody. $1 addresses
SELECT s.address, s.class, s.reason, s.until, s.created_at FROM holdfast.suppression s
WHERE s.address = ANY (ARRAY(SELECT lower(a) FROM unnest($1::text[]) AS a)) AND (s.until IS NULL OR s.until > holdfast.clock())
ORDER BY s.address, s.class
