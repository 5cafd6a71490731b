-- Who ran a command that changes rows or publishes, when, and how it ended: kept for ever. Replays have a table of their own.
create table operator_action (
  id         uuid not null,
  command    varchar not null, -- as typed: holds ids, no personal data
  started_by varchar not null, -- user and host
  started_at timestamp with time zone not null,
  ended_at   timestamp with time zone, -- null: running, or killed
  outcome    varchar, -- null: running, or killed
  constraint operator_action_pk primary key (id)
);
