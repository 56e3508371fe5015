-- Inboxes: where the widget stands and how it looks there. Lists are lines of text (lib/domain/inbox.h): origins one a line; hours
-- "+08:00", then "day from to" a line; fields "name<TAB>0|1<TAB>label" a line. locale: 0 auto, 1 zh, 2 en.
CREATE TABLE inboxes (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name            VARCHAR(100) NOT NULL,
  website_token   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  allowed_origins TEXT NOT NULL,
  greeting        VARCHAR(500) NOT NULL DEFAULT '',
  greeting_delay  INT NOT NULL DEFAULT 0,           -- seconds
  color           VARCHAR(7) NOT NULL,
  business_hours  TEXT NOT NULL,
  pre_chat_fields TEXT NOT NULL,
  offline_message VARCHAR(500) NOT NULL DEFAULT '',
  locale          TINYINT NOT NULL DEFAULT 0,
  enabled         TINYINT NOT NULL DEFAULT 1,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  UNIQUE KEY website_token (website_token),
  KEY enabled (enabled)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE conversations ADD COLUMN inbox_id BIGINT NULL, ADD KEY inbox (inbox_id, last_message_at);

-- events: bits of enum webhook_event (lib/domain/webhook.h). secret: what deliveries are signed with.
CREATE TABLE webhooks (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  url        VARCHAR(2000) NOT NULL,
  events     BIGINT NOT NULL,
  secret     VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  enabled    TINYINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  KEY wanted (enabled, events)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The outbox: a row is written in the transaction of what it tells, and delivered until it was taken or given up.
-- status: 0 pending, 1 delivered, 2 failed. next_at: 0 = nothing more to do. claimed_until: a worker is at it.
CREATE TABLE webhook_deliveries (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  webhook_id      BIGINT NOT NULL,
  event           TINYINT NOT NULL,
  detail          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  conversation_id BIGINT NOT NULL DEFAULT 0,
  seq             BIGINT NOT NULL DEFAULT 0,        -- of the message, in its conversation
  status          TINYINT NOT NULL DEFAULT 0,
  attempts        INT NOT NULL DEFAULT 0,
  response_status INT NOT NULL DEFAULT 0,
  response_ms     INT NOT NULL DEFAULT 0,
  error           VARCHAR(200) NOT NULL DEFAULT '',
  created_at      BIGINT NOT NULL,
  next_at         BIGINT NOT NULL,
  claimed_until   BIGINT NOT NULL DEFAULT 0,
  finished_at     BIGINT NOT NULL DEFAULT 0,
  KEY of_webhook (webhook_id, id),
  KEY of_status (webhook_id, status, id),
  KEY due (webhook_id, next_at),
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
