-- The account that owns a directory: what a policy's resources are asked about.
alter table resource_directory add column account_id varchar; -- null: with authorization on, nobody may add contacts

-- What operators have changed about directories, kept for ever.
create table directory_change (
  directory_id varchar collate "C" not null,
  changed_at   timestamp with time zone not null,
  setting      varchar not null, -- account or limit
  old_value    varchar,
  new_value    varchar,
  changed_by   varchar not null, -- user and host
  constraint directory_change_pk primary key (directory_id, changed_at, setting)
);
