-- A receipt also says which commands before its end were still waiting for a locked directory, so that it covers the answers
-- behind them, and a batch that only answers commands that waited leaves a receipt too. from_offset is from now on how many
-- offsets the receipt before has settled: its settled_offset less the number of its open offsets.
alter table batch_receipt add column open_offsets bigint[] not null default '{}';
