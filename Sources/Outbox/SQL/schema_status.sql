-- Which steps of the schema this database has, and whether their text was what this program has now. $1 versions  $2 texts
SELECT m.version, m.name, m.left_out, m.applied_at,
       coalesce(m.checksum = encode(sha256(convert_to(k.text, 'UTF8')), 'hex'), false) AS unchanged
FROM holdfast.migration m
LEFT JOIN unnest($1::int[], $2::text[]) AS k(version, text) ON k.version = m.version
ORDER BY m.version
