-- The key that signed until now verifies for as long as one of its links works. $1 the kid that takes over
UPDATE holdfast.signing_key k
SET state = 'retired',
    verify_until = greatest((SELECT max(l.expires_at) FROM holdfast.link l WHERE l.kid = k.kid),
                            -- Letters being written now are signed with it still.
                            holdfast.clock() + interval '15 minutes')
WHERE k.state = 'active' AND k.kid <> $1::text
