-- What slowly harms a queue: a transaction that keeps vacuum from its work, dead rows, a NOTIFY queue that fills, history without a
-- partition. Sessions of other roles show their transactions to members of pg_read_all_stats only.
WITH pins AS (
  SELECT CASE a.backend_type WHEN 'walsender' THEN 'standby' ELSE 'session' END AS holder, a.pid::text AS name,
         extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds, age(a.backend_xmin) AS transactions
  FROM pg_stat_activity a
  WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_backend_pid() AND a.backend_type <> 'autovacuum worker'
    AND (a.datname = current_database() OR a.datname IS NULL)
  UNION ALL
  SELECT 'replication slot', s.slot_name::text, NULL, age(s.xmin) FROM pg_replication_slots s WHERE s.xmin IS NOT NULL
  UNION ALL
  SELECT 'prepared transaction', x.transaction::text, extract(epoch FROM clock_timestamp() - x.prepared)::float8, age(x.transaction)
  FROM pg_prepared_xacts x WHERE x.database = current_database()),
oldest AS (SELECT * FROM pins ORDER BY transactions DESC, seconds DESC NULLS LAST LIMIT 1)
SELECT o.holder, o.name, o.seconds, o.transactions,
       pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all_sessions,
       (SELECT t.n_dead_tup FROM pg_stat_user_tables t WHERE t.relid = 'holdfast.job'::regclass) AS dead_jobs,
       pg_notification_queue_usage() AS notify_usage,
       (SELECT count(*) FROM (SELECT FROM holdfast.history_default LIMIT 100000) AS d) AS default_history_rows,
       (SELECT max(to_date(substr(c.relname, 9), 'YYYYMMDD')) + 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'holdfast.history'::regclass AND c.relname ~ '^history_[0-9]{8}$')::timestamp AT TIME ZONE 'UTC'
         AS history_until
FROM (SELECT) AS one LEFT JOIN oldest o ON true
