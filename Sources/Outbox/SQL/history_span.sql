-- From when to when there is history. $1 not before  $2 not after
SELECT min(h.at) AS first, least($2::timestamptz, clock_timestamp()) AS until FROM holdfast.history h WHERE h.at >= $1::timestamptz
