-- After each migration, by the owner.
-- The worker: no delete and no truncate, it forgets nothing.
grant select, insert, update on resource_directory, partition_progress to contacts_worker;
grant select, insert on message_contact, command_rejection, field_refusal to contacts_worker;
grant select, insert, update, delete on batch_receipt to contacts_worker;
-- The operator: directories sets accounts and limits, rebuild writes what the worker writes, replay keeps its journal, prune deletes old rejections.
grant select, insert, update on resource_directory, partition_progress, replay to contacts_operator;
grant select, insert on message_contact, field_refusal, directory_change to contacts_operator;
grant select, insert, update, delete on batch_receipt to contacts_operator;
grant select, insert, delete on command_rejection to contacts_operator;
