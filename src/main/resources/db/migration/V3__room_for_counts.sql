-- A directory's count changes with every batch that adds to it. With room on its page the new version goes there, and no index is
-- touched (a heap-only tuple).
-- [jooq ignore start]
alter table resource_directory set (fillfactor = 70);
-- [jooq ignore stop]
