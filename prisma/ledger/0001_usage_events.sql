-- The usage ledger: one row per attempt, never updated, and its sums per quarter of an hour.

create schema if not exists ledger;

-- The time that a UUIDv7 carries. Plain expressions only, so that the planner can inline it.
create function ledger.uuid_time(id uuid) returns timestamptz
  language sql immutable parallel safe
  as $$ select to_timestamp(('x' || left(id::text, 8) || substr(id::text, 10, 4))::bit(48)::bigint / 1000::float8) $$;

-- Columns stand by falling alignment, so that a row carries no padding.
create table ledger.usage_events (
  at                    timestamptz not null,
  id                    uuid        not null,
  call_id               uuid        not null,
  day                   date        not null,
  input_tokens          integer     not null,
  cache_read_tokens     integer     not null,
  cache_write_5m_tokens integer     not null,
  cache_write_1h_tokens integer     not null,
  output_tokens         integer     not null,
  reasoning_tokens      integer     not null,
  audio_input_tokens    integer     not null,
  audio_output_tokens   integer     not null,
  image_input_tokens    integer     not null,
  image_output_tokens   integer     not null,
  server_tool_calls     integer     not null,
  queue_millis          integer     not null,
  first_token_millis    integer,
  total_millis          integer     not null,
  attempt               smallint    not null,
  status                smallint    not null,
  warnings              smallint    not null,
  estimated             boolean     not null,
  stream                boolean     not null,
  cache_hit             boolean     not null,
  cost_usd              numeric(38, 18),
  organization          text        not null,
  team                  text        not null,
  consumer              text        not null,
  key                   text        not null,
  key_id                text        not null,
  end_user              text        not null,
  tags                  text[]      not null,
  prompt                text        not null,
  dialect               text        not null,
  operation             text        not null,
  model                 text        not null,
  provider              text        not null,
  target                text        not null,
  price_version         text        not null,
  flags                 text        not null,
  outcome               text        not null
    constraint usage_events_outcome check (outcome in ('finished', 'failed', 'aborted', 'unknown', 'correction')),
  error                 text        not null,
  retry_reason          text        not null,
  primary key (day, id)
) partition by range (day);

comment on column ledger.usage_events.input_tokens is 'every prompt token, those of the other input classes included';
comment on column ledger.usage_events.output_tokens is 'every completion token, those of the other output classes included';

-- Equal keys share one entry, so this costs about seven bytes a row.
create index usage_events_key_id on ledger.usage_events (key_id);
-- Call ids are UUIDv7 and arrive nearly in order, so a block range index finds them at next to no size.
create index usage_events_call_id on ledger.usage_events using brin (call_id)
  with (pages_per_range = 16, autosummarize = on);

-- Makes the partitions of these days where they are missing; answers how many it made. A partition is built beside the
-- table and then attached, because `create table … partition of` would wait for every running report. It runs as its
-- owner, so that a role that may only insert events can still write the first event of a day.
create function ledger.make_partitions(first_day date, last_day date) returns integer
  language plpgsql security definer set search_path = pg_catalog
  as $$
declare
  new_day date;
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('ledger.make_partitions', 0));
  for new_day in select generate_series(first_day, last_day, interval '1 day')::date loop
    name := 'usage_events_' || to_char(new_day, 'YYYYMMDD');
    continue when to_regclass(format('ledger.%I', name)) is not null;
    execute format('create table ledger.%I (like ledger.usage_events including all)', name);
    execute format('alter table ledger.usage_events attach partition ledger.%I for values from (%L) to (%L)',
      name, new_day, new_day + 1);
    made := made + 1;
  end loop;
  return made;
end $$;

revoke all on function ledger.make_partitions(date, date) from public;

-- Each combination of names once, so that rollups stay narrow. The id is a digest of the names: two appenders agree on
-- it without asking, and it is SHA-256 because callers choose some of the names.
create table ledger.dimensions (
  id           uuid primary key,
  organization text not null,
  team         text not null,
  consumer     text not null,
  key          text not null,
  key_id       text not null,
  prompt       text not null,
  dialect      text not null,
  operation    text not null,
  model        text not null,
  provider     text not null,
  target       text not null,
  status       text not null
);

create index dimensions_key_id on ledger.dimensions (key_id);

-- Sums per quarter of an hour, the finest step in which today's timezones differ.
create table ledger.usage_rollups (
  quarter               timestamptz     not null,
  dimension             uuid            not null,
  calls                 bigint          not null,
  attempts              bigint          not null,
  input_tokens          bigint          not null,
  cache_read_tokens     bigint          not null,
  cache_write_5m_tokens bigint          not null,
  cache_write_1h_tokens bigint          not null,
  output_tokens         bigint          not null,
  reasoning_tokens      bigint          not null,
  audio_input_tokens    bigint          not null,
  audio_output_tokens   bigint          not null,
  image_input_tokens    bigint          not null,
  image_output_tokens   bigint          not null,
  server_tool_calls     bigint          not null,
  priced                bigint          not null,
  unpriced              bigint          not null,
  cost_usd              numeric(38, 18) not null,
  primary key (quarter, dimension)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
