-- After each migration, by the owner. No delete and no truncate: the worker forgets nothing. The replay and audit commands
-- need nothing more.
grant select, insert, update on resource_directory, partition_progress, replay to contacts_worker;
grant select, insert on message_contact, command_rejection to contacts_worker;
