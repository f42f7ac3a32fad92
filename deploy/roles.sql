-- Who may do what: three group roles, for the application, for the worker and for operators. Run it with psql as the owner of the schemas, after every
-- `holdfast migrate`; it may be run any number of times, and takes back what it does not grant:
--
--   psql -f deploy/roles.sql postgresql://owner@…/practice
--   CREATE ROLE web LOGIN IN ROLE holdfast_application;
--   CREATE ROLE mailer LOGIN IN ROLE holdfast_worker;
--   CREATE ROLE desk LOGIN IN ROLE holdfast_operator;
--
-- Making the roles needs CREATEROLE, once; without it an administrator makes them (CREATE ROLE holdfast_application NOLOGIN, and so on).
-- `holdfast migrate`, `adopt` and `links keys` are the owner's: whoever may change the schema, which database is served or which key signs
-- is none of these.
--
-- Two things only a superuser can grant, to the roles that log in (settings of a group are not inherited):
--   ALTER ROLE web SET log_error_verbosity = terse;   -- a failed constraint otherwise prints its row, names and addresses, into the log
--   GRANT pg_read_all_stats TO mailer;                -- `holdfast status` then sees transactions that keep vacuum from its work
\set ON_ERROR_STOP on
BEGIN;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['holdfast_application', 'holdfast_worker', 'holdfast_operator'] LOOP
    BEGIN
      IF to_regrole(wanted) IS NULL THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Another database of this server is being given its roles this moment.
      NULL;
    END;
  END LOOP;
END $$;

-- From nothing. Functions may be executed by everybody unless somebody says otherwise.
REVOKE ALL ON SCHEMA holdfast FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA holdfast FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
-- A privilege on a column outlives the one on its table.
REVOKE ALL (kid, public_key, state, verify_until) ON holdfast.signing_key FROM holdfast_application;

GRANT USAGE ON SCHEMA holdfast TO holdfast_application, holdfast_worker, holdfast_operator;
GRANT EXECUTE ON FUNCTION holdfast.clock() TO holdfast_application;
GRANT EXECUTE ON FUNCTION holdfast.enqueue, holdfast.cancel, holdfast.report_bounce TO holdfast_application;
GRANT SELECT (kid, public_key, state, verify_until) ON holdfast.signing_key TO holdfast_application;

-- The worker's own tables. History is only added to; the audit, keys, kinds and the installation are read.
GRANT SELECT ON ALL TABLES IN SCHEMA holdfast TO holdfast_worker;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA holdfast TO holdfast_worker;
REVOKE INSERT, UPDATE, DELETE ON holdfast.audit, holdfast.installation, holdfast.kind, holdfast.migration, holdfast.signing_key FROM holdfast_worker;
REVOKE UPDATE, DELETE ON holdfast.history FROM holdfast_worker;
REVOKE ALL ON holdfast.address_key FROM holdfast_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA holdfast TO holdfast_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA holdfast TO holdfast_worker;
-- What only an operator does: the worker never acts for one.
REVOKE EXECUTE ON FUNCTION holdfast.resend, holdfast.change_owed, holdfast.change_one, holdfast.end_owed, holdfast.end_links,
  holdfast.suppress, holdfast.suppress_one, holdfast.unsuppress, holdfast.note_action, holdfast.note_disclosure,
  holdfast.digest_of_address FROM holdfast_worker;

-- Operators look at everything, and change it by functions alone, each of which writes the audit too.
GRANT SELECT ON ALL TABLES IN SCHEMA holdfast TO holdfast_operator;
REVOKE ALL ON holdfast.address_key FROM holdfast_operator;
GRANT EXECUTE ON FUNCTION holdfast.clock, holdfast.wall_clock, holdfast.telling_of, holdfast.digest_of, holdfast.subject_gen, holdfast.is_open,
  holdfast.address_of, holdfast.letter_of, holdfast.subjects_of, holdfast.subject_state, holdfast.which_of, holdfast.fits_owed, holdfast.digest_of_address,
  holdfast.resend, holdfast.end_links, holdfast.change_owed, holdfast.suppress, holdfast.unsuppress, holdfast.stop_letters, holdfast.resume_letters,
  holdfast.note_disclosure, holdfast.report_bounce TO holdfast_operator;

DO $$
DECLARE
  found record;
BEGIN
  -- Of history the partitions too: a privilege on the whole is none on a part, and the other way round.
  FOR found IN SELECT inhrelid::regclass AS part FROM pg_inherits WHERE inhparent = 'holdfast.history'::regclass LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM holdfast_worker', found.part);
  END LOOP;
  -- Whoever may execute a trigger's function could put it on a table of their own, and give it rows to believe.
  FOR found IN SELECT p.oid::regprocedure AS function FROM pg_proc p
               WHERE p.pronamespace = 'holdfast'::regnamespace AND p.prorettype = 'trigger'::regtype LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM holdfast_worker', found.function);
  END LOOP;
  -- With tables of its own (`holdfast migrate --no-booking`) a practice grants what its own functions need.
  IF to_regclass('booking.reservation') IS NULL OR to_regproc('holdfast.redeem') IS NULL THEN
    RETURN;
  END IF;
  GRANT EXECUTE ON FUNCTION holdfast.redeem, holdfast.link_state, holdfast.reissue TO holdfast_application;
  REVOKE EXECUTE ON FUNCTION holdfast.redeem, holdfast.reissue FROM holdfast_worker;
  REVOKE ALL ON SCHEMA booking FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
  REVOKE ALL ON ALL TABLES IN SCHEMA booking FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA booking FROM PUBLIC, holdfast_application, holdfast_worker, holdfast_operator;
  GRANT USAGE ON SCHEMA booking TO holdfast_application, holdfast_worker, holdfast_operator;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA booking TO holdfast_application;
  GRANT SELECT ON ALL TABLES IN SCHEMA booking TO holdfast_worker, holdfast_operator;
  -- What checks a row for its writer runs with the writer's rights, and can do no more than the writer.
  FOR found IN SELECT p.oid::regprocedure AS function FROM pg_proc p WHERE p.pronamespace = 'booking'::regnamespace AND NOT p.prosecdef LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO holdfast_application', found.function);
  END LOOP;
END $$;

COMMIT;
