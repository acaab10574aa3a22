-- What pacing, fairness and the care of the spine need to know.

-- Messages per second that Meta lets through, in and out together.
ALTER TABLE phone_numbers ADD COLUMN throughput BIGINT NOT NULL DEFAULT 80;
-- Meta's id of the business portfolio that owns the number; its numbers share one messaging limit.
ALTER TABLE phone_numbers ADD COLUMN portfolio TEXT;
-- Contacts that the portfolio may write to first in 24 hours. Absent: no limit, or not known yet.
ALTER TABLE phone_numbers ADD COLUMN messaging_limit BIGINT;
-- When Meta was last asked about the number.
ALTER TABLE phone_numbers ADD COLUMN read_at BIGINT;

-- Not worth sending after this moment.
ALTER TABLE outbound ADD COLUMN send_before BIGINT;
-- Who takes turns with whom among messages of one priority, such as a campaign.
ALTER TABLE outbound ADD COLUMN source TEXT;
ALTER TABLE outbound ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
-- Whether we write first, outside of a service window: then the portfolio's limit counts.
ALTER TABLE outbound ADD COLUMN outreach BIGINT NOT NULL DEFAULT 0;
-- How often nobody knew its outcome.
ALTER TABLE outbound ADD COLUMN unknowns BIGINT NOT NULL DEFAULT 0;
-- What ended its way: the answer to our call, a status, a person, its expiry.
ALTER TABLE outbound ADD COLUMN settled_by TEXT;
DROP INDEX outbound_queued;
CREATE INDEX outbound_queued ON outbound (phone_number_id, outreach, priority, turn, message_id) WHERE state = 'queued';
DROP INDEX outbound_open;
CREATE INDEX outbound_open ON outbound (phone_number_id, contact_id, message_id)
    WHERE state IN ('queued', 'in_flight', 'unknown');
CREATE INDEX outbound_turns ON outbound (phone_number_id, source, turn) WHERE state = 'queued';
CREATE INDEX outbound_unknowns ON outbound (settled_by) WHERE unknowns > 0;
CREATE INDEX outbound_expiry ON outbound (send_before) WHERE state = 'queued' AND send_before IS NOT NULL;

-- When a failed message was sent again, as another one.
ALTER TABLE messages ADD COLUMN retried_at BIGINT;
-- By `failed_at` and not by `state`: an index that knows the state would hear of every change of it.
CREATE INDEX messages_failed ON messages (organization_id, id) WHERE failed_at IS NOT NULL AND retried_at IS NULL;

-- Reactions that came before the message that they are on are looked for when it comes.
CREATE INDEX messages_reactions ON messages (conversation_id, created_at) WHERE kind = 'reaction';

-- To whom a portfolio wrote first, and when: those of the last 24 hours count against its limit.
CREATE TABLE outreach (
    portfolio TEXT NOT NULL,
    contact_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (portfolio, contact_id)
);
CREATE INDEX outreach_age ON outreach (portfolio, at);

-- The processes at work, as they say themselves.
CREATE TABLE nodes (
    id UUID NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- The stream over all organizations, for who passes it on. SQLite's rows have no transaction and their key is this order
-- already, so there the index stays empty.
CREATE INDEX events_order ON events (tx, number) WHERE tx > 0;

-- How far somebody has read the stream of events.
CREATE TABLE event_readers (
    name TEXT NOT NULL PRIMARY KEY,
    tx BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL
);

DROP INDEX webhook_deliveries_pending;
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (meta_app_id, id) WHERE state = 'pending';

-- How far an organization's stream of events was cleared away: who comes back from before it must read everything again.
CREATE TABLE events_pruned (
    organization_id UUID NOT NULL PRIMARY KEY,
    tx BIGINT NOT NULL,
    number BIGINT NOT NULL
);

-- Rows of these come and go all day. By PostgreSQL's own setting a fifth of a table must be dead before it is cleaned, which
-- for millions of deliveries comes once in days and takes long; small and often costs less. Its twin has nothing to set.
ALTER TABLE webhook_deliveries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE events SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
-- A message's row changes some five times, in columns without an index: with room in its page no index hears of it.
ALTER TABLE messages SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE conversations SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE outbound SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE leases SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 200);
