-- Moments are microseconds since 1970 (bound, never the server's now()); ids are UUIDv7; JSON is kept as text, because
-- no query looks into it.

CREATE TABLE organizations (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE memberships (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    csrf_token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);

-- An app at Meta: its secret signs the webhooks that reach us.
CREATE TABLE meta_apps (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    app_id TEXT NOT NULL,
    app_secret TEXT NOT NULL,
    verify_token TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX meta_apps_app ON meta_apps (organization_id, app_id);

CREATE TABLE phone_numbers (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    meta_app_id UUID NOT NULL,
    phone_number_id TEXT NOT NULL,
    waba_id TEXT NOT NULL,
    display_phone_number TEXT NOT NULL,
    verified_name TEXT NOT NULL,
    access_token TEXT NOT NULL,
    parked_reason TEXT,
    parked_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX phone_numbers_meta ON phone_numbers (phone_number_id);

CREATE TABLE contacts (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    -- The name in lower case, written by us: the databases' own lower() knows other letters each.
    search_name TEXT NOT NULL,
    -- 'profile' follows what the person calls themselves; 'agent' stays as an agent wrote it.
    named_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX contacts_list ON contacts (organization_id, id);

CREATE TABLE contact_identities (
    organization_id UUID NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, kind, value)
);
CREATE INDEX contact_identities_contact ON contact_identities (contact_id);

CREATE TABLE conversations (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    phone_number_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    state TEXT NOT NULL,
    assignee_id UUID,
    window_expires_at BIGINT,
    -- The newest message that people have seen; unread messages are counted from it.
    read_up_to UUID,
    created_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversations_pair ON conversations (phone_number_id, contact_id);
CREATE INDEX conversations_list ON conversations (organization_id, last_message_at, id);
CREATE INDEX conversations_contact ON conversations (contact_id);

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    phone_number_id UUID NOT NULL,
    direction TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    preview TEXT NOT NULL,
    wamid TEXT,
    reply_to_wamid TEXT,
    client_id TEXT,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    author_name TEXT,
    error_code BIGINT,
    error_title TEXT,
    error_detail TEXT,
    media_id UUID,
    unknown_since BIGINT,
    created_at BIGINT NOT NULL,
    accepted_at BIGINT,
    sent_at BIGINT,
    delivered_at BIGINT,
    read_at BIGINT,
    failed_at BIGINT
);
CREATE UNIQUE INDEX messages_wamid ON messages (phone_number_id, wamid);
CREATE INDEX messages_thread ON messages (conversation_id, id);
CREATE INDEX messages_list ON messages (organization_id, id);
CREATE INDEX messages_media ON messages (media_id) WHERE media_id IS NOT NULL;

CREATE TABLE message_transitions (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    message_id UUID NOT NULL,
    -- What makes a status the same status: its word and recipient. Absent on notes of our own.
    status_key TEXT,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    detail TEXT
);
CREATE UNIQUE INDEX message_transitions_status ON message_transitions (message_id, status_key);

-- Statuses that came before the send they belong to was recorded.
CREATE TABLE early_statuses (
    phone_number_id UUID NOT NULL,
    wamid TEXT NOT NULL,
    status_key TEXT NOT NULL,
    organization_id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    report TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (phone_number_id, wamid, status_key)
);

-- An empty emoji is a reaction that was taken away.
CREATE INDEX early_statuses_age ON early_statuses (received_at);

CREATE TABLE reactions (
    message_id UUID NOT NULL,
    direction TEXT NOT NULL,
    organization_id UUID NOT NULL,
    emoji TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (message_id, direction)
);

CREATE TABLE media (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    state TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    filename TEXT,
    size BIGINT,
    meta_media_id TEXT,
    meta_uploaded_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE templates (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    waba_id TEXT NOT NULL,
    meta_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    components TEXT NOT NULL,
    synced_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX templates_name ON templates (organization_id, waba_id, name, language);

CREATE TABLE rules (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    keywords TEXT NOT NULL,
    matching TEXT NOT NULL,
    reply TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX rules_list ON rules (organization_id, id);

CREATE TABLE webhook_deliveries (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    meta_app_id UUID NOT NULL,
    received_at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    error TEXT,
    summary TEXT,
    processed_at BIGINT
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (organization_id, id);

-- A message on its way out. 'in_flight' means the intent to call Meta is committed; 'unknown' that the call left and no
-- answer came; 'settled' that it is over.
CREATE TABLE outbound (
    message_id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    phone_number_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    priority BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- How often it was sent again because its outcome was unknown.
    resends BIGINT NOT NULL DEFAULT 0,
    claimed_by UUID,
    intent_at BIGINT,
    unknown_since BIGINT,
    settled_at BIGINT,
    body TEXT NOT NULL,
    last_error TEXT
);
CREATE INDEX outbound_queued ON outbound (phone_number_id, priority, message_id) WHERE state = 'queued';
CREATE INDEX outbound_open ON outbound (phone_number_id, contact_id, message_id) WHERE state IN ('queued', 'in_flight');
CREATE INDEX outbound_unsettled ON outbound (phone_number_id, state) WHERE state IN ('in_flight', 'unknown');
CREATE INDEX outbound_settled ON outbound (settled_at) WHERE state = 'settled';

CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    organization_id UUID NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Two jobs of one kind with one key are one job.
    dedupe_key TEXT,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by UUID,
    claimed_until BIGINT,
    failed_at BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_dedupe ON jobs (organization_id, kind, dedupe_key);
CREATE INDEX jobs_due ON jobs (due_at) WHERE failed_at IS NULL;

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    node_id UUID NOT NULL,
    expires_at BIGINT NOT NULL
);

-- tx orders events by the transaction that wrote them: on PostgreSQL a lower number may commit later than a higher one.
CREATE TABLE events (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    organization_id UUID NOT NULL,
    kind TEXT NOT NULL,
    conversation_id UUID,
    message_id UUID,
    contact_id UUID,
    delivery_id UUID,
    phone_number_id UUID,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX events_stream ON events (organization_id, tx, number);

CREATE TABLE idempotency_keys (
    organization_id UUID NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    message_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
