-- Moments are microseconds since 1970 (bound, never the server's now()); ids are UUIDv7; JSON is kept as text, because
-- no query looks into it.

CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE memberships (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    csrf_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);

-- An app at Meta: its secret signs the webhooks that reach us.
CREATE TABLE meta_apps (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    app_id TEXT NOT NULL,
    app_secret TEXT NOT NULL,
    verify_token TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX meta_apps_app ON meta_apps (organization_id, app_id);

CREATE TABLE phone_numbers (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    meta_app_id BLOB NOT NULL,
    phone_number_id TEXT NOT NULL,
    waba_id TEXT NOT NULL,
    display_phone_number TEXT NOT NULL,
    verified_name TEXT NOT NULL,
    access_token TEXT NOT NULL,
    parked_reason TEXT,
    parked_until INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX phone_numbers_meta ON phone_numbers (phone_number_id);

CREATE TABLE contacts (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- The name in lower case, written by us: the databases' own lower() knows other letters each.
    search_name TEXT NOT NULL,
    -- 'profile' follows what the person calls themselves; 'agent' stays as an agent wrote it.
    named_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_list ON contacts (organization_id, id);

CREATE TABLE contact_identities (
    organization_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, kind, value)
) STRICT;
CREATE INDEX contact_identities_contact ON contact_identities (contact_id);

CREATE TABLE conversations (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    phone_number_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    state TEXT NOT NULL,
    assignee_id BLOB,
    window_expires_at INTEGER,
    -- The newest message that people have seen; unread messages are counted from it.
    read_up_to BLOB,
    created_at INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_pair ON conversations (phone_number_id, contact_id);
CREATE INDEX conversations_list ON conversations (organization_id, last_message_at, id);
CREATE INDEX conversations_contact ON conversations (contact_id);

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    phone_number_id BLOB NOT NULL,
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
    error_code INTEGER,
    error_title TEXT,
    error_detail TEXT,
    media_id BLOB,
    unknown_since INTEGER,
    created_at INTEGER NOT NULL,
    accepted_at INTEGER,
    sent_at INTEGER,
    delivered_at INTEGER,
    read_at INTEGER,
    failed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX messages_wamid ON messages (phone_number_id, wamid);
CREATE INDEX messages_thread ON messages (conversation_id, id);
CREATE INDEX messages_list ON messages (organization_id, id);
CREATE INDEX messages_media ON messages (media_id) WHERE media_id IS NOT NULL;

CREATE TABLE message_transitions (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    -- What makes a status the same status: its word and recipient. Absent on notes of our own.
    status_key TEXT,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    detail TEXT
) STRICT;
CREATE UNIQUE INDEX message_transitions_status ON message_transitions (message_id, status_key);

-- Statuses that came before the send they belong to was recorded.
CREATE TABLE early_statuses (
    phone_number_id BLOB NOT NULL,
    wamid TEXT NOT NULL,
    status_key TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    delivery_id BLOB NOT NULL,
    report TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (phone_number_id, wamid, status_key)
) STRICT;

-- An empty emoji is a reaction that was taken away.
CREATE INDEX early_statuses_age ON early_statuses (received_at);

CREATE TABLE reactions (
    message_id BLOB NOT NULL,
    direction TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    emoji TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (message_id, direction)
) STRICT;

CREATE TABLE media (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    state TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    filename TEXT,
    size INTEGER,
    meta_media_id TEXT,
    meta_uploaded_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE templates (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    waba_id TEXT NOT NULL,
    meta_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    components TEXT NOT NULL,
    synced_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX templates_name ON templates (organization_id, waba_id, name, language);

CREATE TABLE rules (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    keywords TEXT NOT NULL,
    matching TEXT NOT NULL,
    reply TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rules_list ON rules (organization_id, id);

CREATE TABLE webhook_deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    meta_app_id BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    error TEXT,
    summary TEXT,
    processed_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (organization_id, id);

-- A message on its way out. 'in_flight' means the intent to call Meta is committed; 'unknown' that the call left and no
-- answer came; 'settled' that it is over.
CREATE TABLE outbound (
    message_id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    phone_number_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- How often it was sent again because its outcome was unknown.
    resends INTEGER NOT NULL DEFAULT 0,
    claimed_by BLOB,
    intent_at INTEGER,
    unknown_since INTEGER,
    settled_at INTEGER,
    body TEXT NOT NULL,
    last_error TEXT
) STRICT;
CREATE INDEX outbound_queued ON outbound (phone_number_id, priority, message_id) WHERE state = 'queued';
CREATE INDEX outbound_open ON outbound (phone_number_id, contact_id, message_id) WHERE state IN ('queued', 'in_flight');
CREATE INDEX outbound_unsettled ON outbound (phone_number_id, state) WHERE state IN ('in_flight', 'unknown');
CREATE INDEX outbound_settled ON outbound (settled_at) WHERE state = 'settled';

CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Two jobs of one kind with one key are one job.
    dedupe_key TEXT,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_by BLOB,
    claimed_until INTEGER,
    failed_at INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (organization_id, kind, dedupe_key);
CREATE INDEX jobs_due ON jobs (due_at) WHERE failed_at IS NULL;

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    node_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- tx is always 0 here: one writer commits in the order of the numbers. Its twin needs it.
CREATE TABLE events (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tx INTEGER NOT NULL DEFAULT 0,
    organization_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    conversation_id BLOB,
    message_id BLOB,
    contact_id BLOB,
    delivery_id BLOB,
    phone_number_id BLOB,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_stream ON events (organization_id, tx, number);

CREATE TABLE idempotency_keys (
    organization_id BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    message_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
