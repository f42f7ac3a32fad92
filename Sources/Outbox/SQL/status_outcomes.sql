-- What became of letters in the last hour.
SELECT h.kind, h.outcome, count(*) AS number FROM holdfast.history h
WHERE h.at > statement_timestamp() - interval '1 hour' GROUP BY h.kind, h.outcome ORDER BY h.kind, h.outcome
