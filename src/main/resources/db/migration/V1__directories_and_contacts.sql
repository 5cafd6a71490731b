-- Every key leads with directory_id, so that these tables can be hash-partitioned or distributed by directory as they are.
-- Ids are compared byte by byte (collate "C"): cheaper than a language's order, and the same on every server.

-- The row that serialises a directory: who changes its contacts holds this row's lock.
create table resource_directory (
  directory_id  varchar collate "C" not null,
  contact_count integer not null default 0,
  contact_limit integer, -- null: the worker's setting
  constraint resource_directory_pk primary key (directory_id)
);

-- The primary key is the idempotency key too: contact_id is a function of directory and request id.
-- No foreign key to resource_directory: the worker writes both under the directory's lock, and the check would cost a lock per row.
create table message_contact (
  directory_id     varchar collate "C" not null,
  contact_id       varchar collate "C" not null,
  request_id       varchar collate "C" not null,
  name             varchar collate "C" not null, -- NFC
  email_address    varchar not null,
  phone_number     varchar,
  title            varchar not null,
  message_types    varchar[] not null,
  status           varchar not null, -- Verifying, Active, Deleting
  created_at       timestamp with time zone not null, -- the command record's timestamp
  fingerprint      bigint not null, -- of the five parameters
  source_topic     uuid not null,
  source_partition integer not null,
  source_offset    bigint not null,
  constraint message_contact_pk primary key (directory_id, contact_id),
  constraint message_contact_name unique (directory_id, name)
);

-- Only rejections that depended on state, so that a replay answers as history did. Stateless ones are recomputed.
create table command_rejection (
  directory_id     varchar collate "C" not null,
  contact_id       varchar collate "C" not null,
  source_topic     uuid not null,
  source_partition integer not null,
  source_offset    bigint not null,
  code             varchar not null,
  fingerprint      bigint not null,
  rejected_at      timestamp with time zone not null, -- the command record's timestamp
  constraint command_rejection_pk primary key (directory_id, contact_id, source_topic, source_partition, source_offset)
);

-- How far the events of a partition are known to be published; topic_id is Kafka's, so a recreated topic starts afresh.
create table partition_progress (
  topic_id         uuid not null,
  "partition"      integer not null,
  published_offset bigint not null, -- exclusive: the next one
  constraint partition_progress_pk primary key (topic_id, "partition")
);
