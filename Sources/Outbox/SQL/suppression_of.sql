-- Why letters of a kind do not go to an address: what binds most first. $1 address  $2 kind
SELECT s.reason, s.until FROM holdfast.suppression s, holdfast.kind k
WHERE k.name = $2::text AND s.address = lower($1::text) AND s.class IN ('all', k.class) AND (s.until IS NULL OR s.until > holdfast.clock())
ORDER BY s.reason = 'complaint' DESC, s.until DESC NULLS FIRST LIMIT 1
