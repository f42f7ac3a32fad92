-- $1 kid  $2 public half
INSERT INTO holdfast.signing_key (kid, public_key, state) VALUES ($1::text, $2::bytea, 'next')
