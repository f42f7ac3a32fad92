-- The key that signed until now verifies for as long as one of its links works. $1 the kid that takes over
UPDATE holdfast.signing_key k
SET state = 'retired',
    verify_until = coalesce((SELECT max(l.expires_at) FROM holdfast.link l WHERE l.kid = k.kid), holdfast.clock())
WHERE k.state = 'active' AND k.kid <> $1::text
