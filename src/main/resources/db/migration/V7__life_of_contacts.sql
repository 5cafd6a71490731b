-- A contact's address and number are verified each for itself, and a deleted contact leaves a row behind without what the person
-- has told: ids, source and times only. So a command that made it and comes again finds that it was made.
alter table message_contact alter column name drop not null;
alter table message_contact alter column email_address drop not null;
alter table message_contact alter column title drop not null;
alter table message_contact alter column message_types drop not null;
alter table message_contact alter column fingerprint drop not null; -- null: erased, it is a hash of what is erased
alter table message_contact add column phone_e164 varchar; -- null: the digits of phone_number behind a plus
alter table message_contact add column email_verified_at timestamp with time zone; -- null: not verified
alter table message_contact add column phone_verified_at timestamp with time zone; -- null: not verified
alter table message_contact add column deleted_at timestamp with time zone; -- null: it lives

-- Null: erased with the contact of the same request.
alter table command_rejection alter column fingerprint drop not null;

-- What was decided about the commands that are about a contact: by the request, for its repeats, and by the record's position, for
-- a replay. Errors that can be retried, and those of field rules, are in field_refusal.
create table contact_action (
  directory_id     varchar collate "C" not null,
  request_key      varchar collate "C" not null, -- the id that a contact of this request would have
  source_topic     uuid not null,
  source_partition integer not null,
  source_offset    bigint not null,
  action           varchar not null,
  contact_id       varchar collate "C" not null,
  code             varchar, -- null: it was done
  status           varchar, -- of the contact, afterwards; null: it was not done
  channel          varchar, -- email or sms; null: of a deletion, or it was not done
  fingerprint      bigint, -- null: erased with the contact, or of a confirmation
  decided_at       timestamp with time zone not null, -- the command record's timestamp
  constraint contact_action_pk primary key (directory_id, request_key, source_topic, source_partition, source_offset)
);

-- Verifications that were asked for again. The first ones of a contact need no row: their ids follow from the contact.
create table resent_verification (
  directory_id    varchar collate "C" not null,
  contact_id      varchar collate "C" not null,
  verification_id varchar collate "C" not null,
  channel         varchar not null, -- email or sms
  constraint resent_verification_pk primary key (directory_id, contact_id, verification_id)
);

-- Confirmations of which the verification is not known yet: the two topics with commands are read in no common order, and when the
-- verification comes, it is confirmed.
create table early_confirmation (
  directory_id    varchar collate "C" not null,
  contact_id      varchar collate "C" not null,
  verification_id varchar collate "C" not null,
  confirmed_at    timestamp with time zone not null, -- the command record's timestamp
  constraint early_confirmation_pk primary key (directory_id, contact_id, verification_id)
);

-- What other systems may read: these columns stay as they are, the tables may change with each release.
-- [jooq ignore start]
create view contact_v1 as
  select directory_id, contact_id, request_id, name, title, message_types, status, created_at,
    email_address, email_verified_at is not null as email_verified, email_verified_at,
    phone_number, coalesce(phone_e164, '+' || replace(phone_number, '-', '')) as phone_e164,
    phone_verified_at is not null as phone_verified, phone_verified_at
  from message_contact
  where deleted_at is null;
-- [jooq ignore stop]
