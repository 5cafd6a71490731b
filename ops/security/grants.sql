-- After each migration, by the owner.
-- The worker: no truncate, and it deletes only receipts that later ones replace.
grant select, insert, update on resource_directory, partition_progress, skipped_offsets to contacts_worker;
grant select, insert on message_contact, command_rejection, field_refusal to contacts_worker;
grant select, insert, update, delete on batch_receipt to contacts_worker;
grant select on message_contact_schema_history to contacts_worker, contacts_operator;
-- The operator: directories sets accounts and limits, rebuild writes what the worker writes, offsets keeps what was skipped,
-- each command that acts notes who ran it, prune deletes old rejections and refusals.
grant select, insert, update on resource_directory, partition_progress, replay, operator_action to contacts_operator;
grant select, insert on message_contact, directory_change to contacts_operator;
grant select, insert, update, delete on batch_receipt, skipped_offsets to contacts_operator;
grant select, insert, delete on command_rejection, field_refusal to contacts_operator;
