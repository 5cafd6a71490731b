-- After each migration, by the owner.
-- The worker: no truncate. It deletes only receipts that later ones replace, and what a deleted contact has left; where a person is erased, it
-- empties the columns that are named here, and no id, offset or time.
grant select, insert, update on resource_directory, partition_progress to contacts_worker;
grant select, insert, update, delete on skipped_offsets to contacts_worker;
grant select, insert on message_contact, command_rejection, field_refusal, contact_action to contacts_worker;
grant update (name, email_address, phone_number, phone_e164, title, message_types, fingerprint, status, email_verified_at, phone_verified_at,
  deleted_at) on message_contact to contacts_worker, contacts_operator;
grant update (fingerprint) on command_rejection, contact_action to contacts_worker, contacts_operator;
-- Of records that their topic has lost.
grant update (source_topic) on message_contact, command_rejection, field_refusal, contact_action to contacts_worker, contacts_operator;
grant select, insert, delete on resent_verification, early_confirmation to contacts_worker, contacts_operator;
grant select, insert, update, delete on batch_receipt to contacts_worker;
grant select on message_contact_schema_history to contacts_worker, contacts_operator;
-- The operator: directories sets accounts and limits, rebuild writes what the worker writes, offsets keeps what was skipped,
-- each command that acts notes who ran it, prune deletes old decisions of commands.
grant select, insert, update on resource_directory, partition_progress, replay, operator_action to contacts_operator;
grant select, insert on message_contact, directory_change to contacts_operator;
grant select, insert, update, delete on batch_receipt, skipped_offsets to contacts_operator;
grant select, insert, delete on command_rejection, field_refusal, contact_action to contacts_operator;
-- Other systems: the view is the contract, the tables are not.
grant select on contact_v1 to contacts_reader;
