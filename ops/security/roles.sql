-- Before the first migration, by a superuser, in the worker's own database. Then set their passwords (\password contacts_worker).
-- The owner changes the schema (`contacts migrate`); the worker only reads and writes rows.
create role contacts_owner login;
create role contacts_worker login;
revoke all on schema public from public;
grant usage, create on schema public to contacts_owner;
grant usage on schema public to contacts_worker;
