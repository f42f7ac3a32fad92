-- Makes this database the one that is served. $1 environment
INSERT INTO holdfast.installation (environment, system_identifier)
SELECT $1::text, s.system_identifier || '/' || d.oid FROM pg_control_system() AS s, pg_database AS d WHERE d.datname = current_database()
ON CONFLICT (one) DO UPDATE
SET environment = excluded.environment, system_identifier = excluded.system_identifier, adopted_at = now()
