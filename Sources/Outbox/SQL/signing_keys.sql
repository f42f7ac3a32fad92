SELECT k.kid, k.public_key, k.state, k.verify_until, k.created_at FROM holdfast.signing_key k ORDER BY k.created_at, k.kid
