-- What a batch leaves behind in its own transaction, for each partition that it has read on: the database's receipt for the
-- offsets that the batch's Kafka transaction will commit. The next receipt of a partition starts where the last one ends, so two
-- workers cannot both write it, and a database that has lost transactions shows it: its last receipt ends before the group's
-- committed offset. Rows are inserted, not updated: versions of a row that is updated with every batch would pile up under a
-- long snapshot, such as a dump's.
create table batch_receipt (
  topic_id         uuid not null, -- Kafka's: a topic made anew under an old name has another
  "partition"      integer not null,
  from_offset      bigint not null, -- the settled_offset of the receipt before
  settled_offset   bigint not null, -- exclusive: every command before it is settled, but for those that wait for a lock
  published_offset bigint not null, -- exclusive: the events of every command before it are known to be published
  constraint batch_receipt_pk primary key (topic_id, "partition", from_offset)
);

-- The answers that field rules gave, by the record's position: rules and settings change, what was answered does not.
create table field_refusal (
  source_topic     uuid not null,
  source_partition integer not null,
  source_offset    bigint not null,
  codes            varchar[] not null, -- the first is the answer's
  refused_at       timestamp with time zone not null, -- the command record's timestamp
  constraint field_refusal_pk primary key (source_topic, source_partition, source_offset)
);

-- Offsets that an operator has led a partition past, without an answer to their commands. A group that is moved back over them
-- answers them after all: up to answered_to that is done, so that nobody is asked twice to verify.
create table skipped_offsets (
  topic_id    uuid not null,
  "partition" integer not null,
  from_offset bigint not null,
  to_offset   bigint not null, -- exclusive
  reason      varchar not null,
  skipped_by  varchar not null, -- user and host
  skipped_at  timestamp with time zone not null,
  answered_to bigint, -- exclusive; null: they are skipped
  constraint skipped_offsets_pk primary key (topic_id, "partition", from_offset)
);
