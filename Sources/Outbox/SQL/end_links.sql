-- Ends the older links that a letter sent again replaces. $1 its job  $2 the purposes of its links
SELECT e.jti, e.purpose, e.under_way_job_id FROM holdfast.end_links($1::bigint, $2::text[]) AS e
