-- What a practice's application would write, one transaction a case. The triggers behind these tables queue the letters.
-- After each COMMIT a line is printed for the demo: what, id, for whom, where, and the instant.
-- `run` differs from run to run, so that addresses and booking pages do not meet those of an earlier one.

BEGIN;
INSERT INTO booking.provider (display_name, email, tz, booking_slug)
VALUES ('Dr. Zoë O''Neil', 'zoe+' || :'run' || '@example.org', 'Europe/Dublin', 'zoe-' || :'run') RETURNING id AS zoe \gset
INSERT INTO booking.provider (display_name, email, tz, booking_slug)
VALUES ('李小龍', 'lee+' || :'run' || '@example.org', 'Asia/Hong_Kong', 'lee-' || :'run') RETURNING id AS lee \gset
INSERT INTO booking.provider (display_name, email, tz, booking_slug)
VALUES ('د. محمد علي', 'ali+' || :'run' || '@example.org', 'Africa/Cairo', 'ali-' || :'run') RETURNING id AS ali \gset
INSERT INTO booking.provider (display_name, email, tz, booking_slug)
VALUES ('Amélie Brandão', 'amelie+' || :'run' || '@example.org', 'America/Sao_Paulo', 'amelie-' || :'run') RETURNING id AS amelie \gset
COMMIT;

-- A provider reserves a time for someone new: it is held until they confirm by the link in the letter, or it lapses.

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'zoe', 'Siobhán O''Brien', 'siobhan+' || :'run' || '@example.org', 'Europe/Dublin', start, start + interval '50 minutes', 'virtual', NULL
FROM timezone('Europe/Dublin', current_date + 9 + time '09:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'zoe', 'Anna-Lena Müller-Lüdenscheidt', 'anna+' || :'run' || '@example.com', 'Europe/Berlin', start, start + interval '50 minutes', 'in_person', '12 Baggot Street, Dublin'
FROM timezone('Europe/Dublin', current_date + 9 + time '10:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'zoe', 'John "Jack" Smith, Jr.', 'jack+' || :'run' || '@example.net', 'America/New_York', start, start + interval '50 minutes', 'phone', NULL
FROM timezone('Europe/Dublin', current_date + 10 + time '15:30') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'lee', '王小明', 'wang+' || :'run' || '@example.org', 'Asia/Taipei', start, start + interval '50 minutes', 'in_person', '九龍彌敦道 100 號'
FROM timezone('Asia/Hong_Kong', current_date + 6 + time '09:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'lee', 'たなか さくら', 'sakura+' || :'run' || '@example.com', 'Asia/Tokyo', start, start + interval '50 minutes', 'virtual', NULL
FROM timezone('Asia/Hong_Kong', current_date + 6 + time '11:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'lee', 'Kiri Te Aroha', 'kiri+' || :'run' || '@example.net', 'Pacific/Auckland', start, start + interval '50 minutes', 'phone', NULL
FROM timezone('Asia/Hong_Kong', current_date + 7 + time '16:15') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'ali', 'فاطمة الزهراء', 'fatima+' || :'run' || '@example.org', 'Africa/Casablanca', start, start + interval '50 minutes', 'virtual', NULL
FROM timezone('Africa/Cairo', current_date + 12 + time '10:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'ali', 'राधा शर्मा', 'radha+' || :'run' || '@example.com', 'Asia/Kolkata', start, start + interval '50 minutes', 'phone', NULL
FROM timezone('Africa/Cairo', current_date + 12 + time '11:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'ali', 'Σωκράτης Παπαδόπουλος', 'socrates+' || :'run' || '@example.net', 'Europe/Athens', start, start + interval '50 minutes', 'in_person', '7 Tahrir Square, Cairo'
FROM timezone('Africa/Cairo', current_date + 13 + time '18:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'amelie', 'João da Conceição', 'joao+' || :'run' || '@example.org', 'America/Sao_Paulo', start, start + interval '50 minutes', 'in_person', 'Rua Augusta 1500, São Paulo'
FROM timezone('America/Sao_Paulo', current_date + 20 + time '08:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'amelie', 'Renée D''Souza', 'renee+' || :'run' || '@example.com', 'America/St_Johns', start, start + interval '50 minutes', 'virtual', NULL
FROM timezone('America/Sao_Paulo', current_date + 20 + time '09:00') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place, place_text)
SELECT :'amelie', 'Nguyễn Thị Ánh', 'anh+' || :'run' || '@example.net', 'Asia/Ho_Chi_Minh', start, start + interval '50 minutes', 'virtual', NULL
FROM timezone('America/Sao_Paulo', current_date + 45 + time '19:45') AS start
RETURNING id, invitee_name AS name, invitee_tz AS tz \gset
COMMIT;
SELECT 'reservation', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

-- A transaction that is rolled back owes nobody a letter.

BEGIN;
INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
SELECT :'zoe', 'Nobody Atall', 'nobody+' || :'run' || '@example.org', 'Europe/Dublin', start, start + interval '50 minutes', 'virtual'
FROM timezone('Europe/Dublin', current_date + 11 + time '09:00') AS start;
ROLLBACK;

-- A new client is asked to open their portal account.

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('Zoë O''Neil', 'zoe.client+' || :'run' || '@example.org', 'Europe/London') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('李小龍', 'bruce+' || :'run' || '@example.com', 'Asia/Hong_Kong') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('محمد علي', 'mohamed+' || :'run' || '@example.net', 'Africa/Cairo') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('Łukasz Żółć', 'lukasz+' || :'run' || '@example.org', 'Europe/Warsaw') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('עדי כהן', 'adi+' || :'run' || '@example.com', 'Asia/Jerusalem') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('Ольга Петрова', 'olga+' || :'run' || '@example.net', 'Europe/Sofia') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('María-José Carreño Quiñones', 'maria+' || :'run' || '@example.org', 'America/Bogota') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());

BEGIN;
INSERT INTO booking.client (display_name, email, tz)
VALUES ('O', 'o+' || :'run' || '@example.com', 'America/Anchorage') RETURNING id AS client, display_name AS name, tz \gset
INSERT INTO booking.signup_task (client_id, kind) VALUES (:'client', 'activate_portal') RETURNING id \gset
COMMIT;
SELECT 'signup task', :'id', :'name', :'tz', extract(epoch FROM clock_timestamp());
