-- Before the first migration, by a superuser, in the worker's own database; may run again. Then set their passwords
-- (\password contacts_worker). The owner changes the schema (`contacts migrate`); the worker only reads and writes rows; the
-- operator does what repairs need (`contacts audit`, `explain`, `replay`, `rebuild`, `dead-letters`, `prune`); other systems read contacts as the
-- reader, who may not log in as long as it has no password.
do $$
declare
  missing text;
begin
  for missing in
    select name from unnest(array['contacts_owner', 'contacts_worker', 'contacts_operator', 'contacts_reader']) name
    where not exists (select from pg_roles where rolname = name)
  loop
    execute format('create role %I login', missing);
  end loop;
end
$$;
revoke all on schema public from public;
grant usage, create on schema public to contacts_owner;
grant usage on schema public to contacts_worker, contacts_operator, contacts_reader;
