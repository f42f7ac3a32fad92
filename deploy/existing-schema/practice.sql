-- A practice's own tables, as they were before Holdfast: the worked example's starting point. Nothing here knows of Holdfast.
CREATE SCHEMA clinic;

CREATE TABLE clinic.staff (
  id serial PRIMARY KEY,
  full_name text NOT NULL,
  email text NOT NULL,
  timezone text NOT NULL DEFAULT 'America/Chicago');

CREATE TABLE clinic.people (
  id serial PRIMARY KEY,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text NOT NULL,
  timezone text,
  language char(2) NOT NULL DEFAULT 'en');

-- 'requested': offered to somebody who has not answered yet; guest_* say to whom.
CREATE TABLE clinic.appointments (
  id serial PRIMARY KEY,
  staff_id int NOT NULL REFERENCES clinic.staff,
  person_id int REFERENCES clinic.people,
  guest_name text,
  guest_email text,
  status text NOT NULL CHECK (status IN ('requested', 'booked', 'called_off', 'lapsed', 'over')),
  starts timestamptz NOT NULL,
  minutes int NOT NULL DEFAULT 50,
  room text);
