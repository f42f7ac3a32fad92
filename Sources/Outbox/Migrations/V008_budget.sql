-- What relays with a rate may still be sent, shared by all workers: a token bucket each, which holds one second's worth and at least one.
-- Workers lease tokens a moment ahead of their claims; a letter is claimed for such a relay only with a token in hand.
CREATE TABLE holdfast.budget (
  -- Scheme, host and port; no user, no secret.
  relay text PRIMARY KEY,
  tokens float8 NOT NULL,
  refilled_at timestamptz NOT NULL,
  -- What the last lease was given.
  granted int NOT NULL) WITH (fillfactor = 50);
