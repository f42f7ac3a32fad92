-- Which database this was when it was adopted, and which it is now. A copy differs in its server's identifier or in its own.
SELECT (SELECT i.environment FROM holdfast.installation i) AS environment,
       (SELECT i.system_identifier FROM holdfast.installation i) AS adopted,
       s.system_identifier || '/' || d.oid AS actual
FROM pg_control_system() AS s, pg_database AS d
WHERE d.datname = current_database()
