-- Splits contacts, rejections and directories into 16 parts each, by a hash of the directory: smaller indexes, and vacuum part by part.
-- The worker needs no change: every key leads with directory_id. For a database with many millions of contacts; a small one gains nothing.
--
-- Run it as the owner of the tables, with all workers stopped, once: psql -v ON_ERROR_STOP=1 -1 -f partition-by-directory.sql
-- It copies all rows. Rights are not copied: run ops/security/grants.sql afterwards.
do $$
declare
  split constant text[] := array['resource_directory', 'message_contact', 'command_rejection'];
  parts constant integer := 16;
  view constant text := pg_get_viewdef('contact_v1');
  whole text;
  key record;
begin
  drop view contact_v1; -- it would keep the old table
  foreach whole in array split loop
    execute format('alter table %I rename to %I', whole, whole || '_whole');
    execute format('create table %I (like %I including defaults) partition by hash (directory_id)', whole, whole || '_whole');
    for part in 0 .. parts - 1 loop
      execute format('create table %I partition of %I for values with (modulus %s, remainder %s) %s',
        whole || '_' || part, whole, parts, part,
        case whole when 'resource_directory' then 'with (fillfactor = 70)' else '' end); -- as the migrations have it
    end loop;
    execute format('insert into %I select * from %I', whole, whole || '_whole');
    -- After the rows, which is faster; and the old ones' names must be free.
    create temporary table keys on commit drop as
      select conname, pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = (whole || '_whole')::regclass and contype in ('p', 'u');
    execute format('drop table %I', whole || '_whole');
    for key in select * from keys loop
      execute format('alter table %I add constraint %I %s', whole, key.conname, key.definition);
    end loop;
    drop table keys;
  end loop;
  execute 'create view contact_v1 as ' || view;
end $$;
