SELECT k.kid, k.public_key, k.state, k.verify_until FROM holdfast.signing_key k ORDER BY k.created_at, k.kid
