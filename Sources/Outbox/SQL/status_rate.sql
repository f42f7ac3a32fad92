-- How many letters left in the last 1, 5 and 15 minutes.
SELECT count(*) FILTER (WHERE h.at > statement_timestamp() - interval '1 minute') AS one,
       count(*) FILTER (WHERE h.at > statement_timestamp() - interval '5 minutes') AS five, count(*) AS fifteen
FROM holdfast.history h WHERE h.at > statement_timestamp() - interval '15 minutes' AND h.outcome = 'sent'
