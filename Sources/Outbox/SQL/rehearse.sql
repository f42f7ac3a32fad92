-- Leaves the id of one job in the settings that a claim would leave it in, for the statements that issue its links and read its facts.
-- $1 job
SELECT set_config('holdfast.claimed', s.all_of_it, true),
       set_config('holdfast.claimed_reservations', CASE WHEN j.subject_kind = 'reservation' THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_signup_tasks', CASE WHEN j.subject_kind = 'signup_task' THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_series', CASE WHEN j.subject_kind = 'series' THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_clients', CASE WHEN j.subject_kind = 'client' AND NOT s.of_account THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_invitations', CASE WHEN j.subject_kind = 'invitation' THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_message_threads', CASE WHEN j.subject_kind = 'message_thread' THEN s.all_of_it ELSE '{}' END, true),
       set_config('holdfast.claimed_accounts', CASE WHEN s.of_account THEN s.all_of_it ELSE '{}' END, true)
FROM holdfast.job j
CROSS JOIN LATERAL (SELECT ARRAY[j.id]::text AS all_of_it, j.kind = 'security.notice' AS of_account) AS s
WHERE j.id = $1::bigint
