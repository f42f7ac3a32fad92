-- What kind of server this is, which database, and who answers and asks.
SELECT pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only')::boolean AS is_read_only,
       pg_backend_pid() AS answering_pid, current_user::text AS role,
       coalesce(pg_has_role(to_regrole('holdfast_operator'), 'MEMBER'), false)
         AND NOT coalesce(pg_has_role(to_regrole('holdfast_worker'), 'MEMBER'), false) AS is_desk,
       s.system_identifier || '/' || d.oid AS identifier,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'holdfast' AND c.relname = 'job')
         AS has_schema
FROM pg_control_system() AS s, pg_database AS d
WHERE d.datname = current_database()
