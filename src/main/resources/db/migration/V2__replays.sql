-- Who replayed what, when: kept for ever, and what a replay that was killed is finished by.
create table replay (
  id         varchar collate "C" not null,
  plan       varchar not null, -- JSON; holds no personal data
  started_by varchar not null, -- user and host
  started_at timestamp with time zone not null,
  ended_at   timestamp with time zone, -- null: not finished
  answers    bigint not null default 0, -- told, by all runs that ended
  constraint replay_pk primary key (id)
);
