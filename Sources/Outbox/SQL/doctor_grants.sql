-- What deploy/roles.sql grants the worker, or an operator, and this role lacks. By oid, as a name cannot be looked up without USAGE on its schema.
-- $1 whether the role is an operator's and no worker's
WITH relation AS (
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relispartition AS is_part
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('holdfast', 'booking') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND (n.nspname, c.relname) <> ('holdfast', 'address_key'))
SELECT need.privilege, need.object FROM (
  SELECT 'USAGE' AS privilege, 'schema ' || n.nspname AS object, has_schema_privilege(n.oid, 'USAGE') AS is_held
  FROM pg_namespace n WHERE n.nspname IN ('holdfast', 'booking')
  UNION ALL
  SELECT 'SELECT', r.schema || '.' || r.name, has_table_privilege(r.oid, 'SELECT') FROM relation r
  WHERE r.kind <> 'S' AND (r.schema = 'holdfast' AND (NOT r.is_part OR r.name = 'history_default')
    OR r.name IN ('address_change', 'client', 'invitation', 'message_thread', 'payor', 'provider', 'reservation', 'signup_task'))
  UNION ALL
  SELECT p.privilege, r.schema || '.' || r.name, has_table_privilege(r.oid, p.privilege)
  FROM relation r CROSS JOIN unnest('{INSERT,UPDATE,DELETE}'::text[]) AS p(privilege)
  WHERE NOT $1::boolean AND r.schema = 'holdfast' AND r.kind IN ('r', 'p') AND NOT r.is_part
    AND r.name NOT IN ('installation', 'kind', 'migration', 'signing_key')
    AND r.name <> 'audit' AND (p.privilege = 'INSERT' OR r.name <> 'history')
  UNION ALL
  SELECT 'USAGE', r.schema || '.' || r.name, CASE r.kind WHEN 'S' THEN has_sequence_privilege(r.oid, 'USAGE') ELSE true END
  FROM relation r WHERE NOT $1::boolean AND r.schema = 'holdfast'
  UNION ALL
  SELECT 'EXECUTE', 'function ' || n.nspname || '.' || p.proname, has_function_privilege(p.oid, 'EXECUTE')
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'holdfast' AND p.prorettype <> 'trigger'::regtype AND CASE WHEN $1::boolean
    THEN p.proname IN (
      'address_of', 'change_owed', 'clock', 'digest_of', 'digest_of_address', 'end_links', 'fits_owed', 'is_open', 'letter_of', 'note_disclosure',
      'report_bounce', 'resend', 'resume_letters', 'stop_letters', 'subject_gen', 'subject_state', 'subjects_of', 'suppress', 'telling_of',
      'unsuppress', 'wall_clock', 'which_of')
    ELSE p.proname NOT IN (
      'redeem', 'reissue',
      -- Only an operator's.
      'change_one', 'change_owed', 'digest_of_address', 'end_links', 'end_owed', 'note_action', 'note_disclosure', 'resend', 'suppress',
      'suppress_one', 'unsuppress') END) AS need
WHERE NOT need.is_held
ORDER BY need.object, need.privilege
