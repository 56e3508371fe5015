-- People, sign-in, conversations, messages. Times are milliseconds since the epoch, UTC. Enums are small integers named in lib/domain.

-- One table for everybody: staff sign in, customers are written about. role: 0 guest (customer), 1 agent, 2 supervisor, 3 admin.
CREATE TABLE users (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id       VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  role            TINYINT NOT NULL DEFAULT 0,
  login           VARCHAR(254) NULL,              -- lower-case e-mail of those who can sign in
  email           VARCHAR(254) NULL,              -- contact address; many guests may share one
  full_name       VARCHAR(100) NOT NULL DEFAULT '',
  password_hash   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
  phone           VARCHAR(40) NULL,
  avatar_url      VARCHAR(500) NULL,
  identifier      VARCHAR(100) NULL,              -- the site's own id of a customer
  custom_attributes TEXT NULL,                    -- JSON object
  tags            TEXT NULL,                      -- JSON list
  permissions_add BIGINT NOT NULL DEFAULT 0,      -- bits over the role's defaults
  permissions_drop BIGINT NOT NULL DEFAULT 0,
  status          TINYINT NOT NULL DEFAULT 0,     -- 0 offline, 1 online, 2 away, 3 busy
  status_at       BIGINT NOT NULL DEFAULT 0,
  max_sessions    INT NOT NULL DEFAULT 5,
  active_sessions INT NOT NULL DEFAULT 0,         -- open legs; kept in the row so that capacity is one conditional update
  responses       BIGINT NOT NULL DEFAULT 0,      -- answers given, and what they took: the average without a scan
  response_ms     BIGINT NOT NULL DEFAULT 0,
  ratings         BIGINT NOT NULL DEFAULT 0,
  rating_sum      BIGINT NOT NULL DEFAULT 0,
  conversations   BIGINT NOT NULL DEFAULT 0,      -- of a customer
  last_active_at  BIGINT NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  deleted_at      BIGINT NULL,
  UNIQUE KEY public_id (public_id),
  UNIQUE KEY login (login),
  KEY role_name (role, full_name),
  KEY role_active (role, last_active_at),
  KEY role_status (role, status),
  KEY email (email),
  KEY phone (phone)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Refresh tokens: one family a sign-in; each use makes the next one; a second use of an old one ends the family.
CREATE TABLE refresh_tokens (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  family      CHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id     BIGINT NOT NULL,
  token_hash  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_at     BIGINT NULL,
  revoked_at  BIGINT NULL,
  addr        VARCHAR(45) NOT NULL DEFAULT '',
  user_agent  VARCHAR(200) NOT NULL DEFAULT '',
  UNIQUE KEY token_hash (token_hash),
  KEY family (family),
  KEY user_id (user_id, expires_at),
  KEY expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE teams (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        VARCHAR(100) NOT NULL,
  description VARCHAR(500) NOT NULL DEFAULT '',
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  UNIQUE KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE team_members (
  team_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  PRIMARY KEY (team_id, user_id),
  KEY user_id (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- status: 0 open, 1 pending, 2 resolved, 3 closed. priority: 0 low, 1 medium, 2 high, 3 urgent. agent_type: 0 ai, 1 human.
CREATE TABLE conversations (
  id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid             CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_id       VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  create_key       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- hash of the creating client_id
  contact_id       BIGINT NOT NULL,
  contact_claimed  TINYINT NOT NULL DEFAULT 0,    -- the visitor named an existing user: nothing of that user may be shown or changed
  status           TINYINT NOT NULL DEFAULT 0,
  priority         TINYINT NOT NULL DEFAULT 1,
  agent_type       TINYINT NOT NULL DEFAULT 0,
  channel          VARCHAR(32) NOT NULL DEFAULT 'web_widget',
  assignee_id      BIGINT NULL,
  team_id          BIGINT NULL,
  queue_rank       BIGINT NULL,                   -- waiting for an agent: (9 - priority) * 10^13 + since; smallest first
  metadata         TEXT NULL,
  last_seq         BIGINT NOT NULL DEFAULT 0,
  last_message_id  BIGINT NOT NULL DEFAULT 0,
  last_message_at  BIGINT NOT NULL DEFAULT 0,
  last_sender      TINYINT NOT NULL DEFAULT 0,
  last_text        VARCHAR(200) NOT NULL DEFAULT '',
  unread_staff     INT NOT NULL DEFAULT 0,
  unread_contact   INT NOT NULL DEFAULT 0,
  staff_read_seq   BIGINT NOT NULL DEFAULT 0,
  contact_read_seq BIGINT NOT NULL DEFAULT 0,
  asked_at         BIGINT NOT NULL DEFAULT 0,     -- first customer message since the last agent message
  first_asked_at   BIGINT NOT NULL DEFAULT 0,
  first_answered_at BIGINT NOT NULL DEFAULT 0,
  human_at         BIGINT NOT NULL DEFAULT 0,     -- last switch to a human
  agent_messages   INT NOT NULL DEFAULT 0,
  ai_wanted_seq    BIGINT NOT NULL DEFAULT 0,     -- the customer message that the AI still has to answer; 0 = none
  ai_claimed_until BIGINT NOT NULL DEFAULT 0,
  ai_unsure        INT NOT NULL DEFAULT 0,
  rating           TINYINT NULL,
  rating_comment   VARCHAR(1000) NULL,
  rated_at         BIGINT NOT NULL DEFAULT 0,
  resolved_at      BIGINT NOT NULL DEFAULT 0,     -- first resolved or closed
  created_at       BIGINT NOT NULL,
  updated_at       BIGINT NOT NULL,
  UNIQUE KEY session_id (session_id),
  UNIQUE KEY uuid (uuid),
  UNIQUE KEY create_key (create_key),
  KEY activity (last_message_at),
  KEY status_activity (status, last_message_at),
  KEY assignee_status (assignee_id, status, last_message_at),
  KEY contact (contact_id, created_at),
  KEY queue (queue_rank),
  KEY ai_wanted (ai_wanted_seq),
  KEY created_at (created_at),
  KEY rated_at (rated_at),
  KEY last_message (last_message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A leg of a conversation with one agent. end_reason: 0 running, 1 resolved, 2 transferred, 3 back to the AI, 4 agent vanished, 5 closed.
CREATE TABLE assignments (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  conversation_id BIGINT NOT NULL,
  contact_id      BIGINT NOT NULL,
  agent_id        BIGINT NOT NULL,
  started_at      BIGINT NOT NULL,
  started_by      BIGINT NOT NULL DEFAULT 0,
  ended_at        BIGINT NULL,
  end_reason      TINYINT NOT NULL DEFAULT 0,
  running_on      BIGINT AS (IF(ended_at IS NULL, conversation_id, NULL)) STORED,
  UNIQUE KEY one_running_leg (running_on),        -- one customer is never given to two agents
  KEY conversation (conversation_id, started_at),
  KEY pair (contact_id, agent_id, started_at),
  KEY agent (agent_id, ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- stream: a conversation's id, or minus a room's id. sender_type: 0 user, 1 ai, 2 agent, 3 system. type: 0 text, 1 image, 2 file, 3 system.
CREATE TABLE messages (
  stream      BIGINT NOT NULL,
  seq         BIGINT NOT NULL,
  id          BIGINT NOT NULL AUTO_INCREMENT,
  uuid        CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sender_id   BIGINT NOT NULL DEFAULT 0,
  sender_type TINYINT NOT NULL,
  sender_name VARCHAR(100) NOT NULL DEFAULT '',
  type        TINYINT NOT NULL DEFAULT 0,
  private     TINYINT NOT NULL DEFAULT 0,
  content     MEDIUMTEXT NOT NULL,
  metadata    TEXT NULL,
  reply_to    BIGINT NULL,
  client_id   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at  BIGINT NOT NULL,
  deleted_at  BIGINT NULL,
  PRIMARY KEY (stream, seq),
  UNIQUE KEY id (id),
  UNIQUE KEY sent_once (stream, sender_id, client_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row an answer of an agent: what the figures of DESIGN 10 are made of.
CREATE TABLE responses (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  conversation_id BIGINT NOT NULL,
  agent_id        BIGINT NOT NULL,
  first           TINYINT NOT NULL DEFAULT 0,
  asked_at        BIGINT NOT NULL,
  answered_at     BIGINT NOT NULL,
  KEY answered_at (answered_at, agent_id),
  KEY conversation (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- terms: words and bigrams, encoded so that an unprivileged server's full-text index takes them (lib/domain/terms.h).
CREATE TABLE articles (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title      VARCHAR(200) NOT NULL,
  content    MEDIUMTEXT NOT NULL,
  locale     VARCHAR(8) NOT NULL DEFAULT 'zh',
  published  TINYINT NOT NULL DEFAULT 1,
  terms      MEDIUMTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  FULLTEXT KEY terms (terms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE audit_log (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id     BIGINT NOT NULL,
  action      VARCHAR(64) NOT NULL,
  resource_id BIGINT NOT NULL DEFAULT 0,
  details     TEXT NULL,
  ip_address  VARCHAR(45) NOT NULL DEFAULT '',
  user_agent  VARCHAR(300) NOT NULL DEFAULT '',
  created_at  BIGINT NOT NULL,
  KEY created_at (created_at),
  KEY user_id (user_id, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Facts of the installation itself: demo data loaded, version that made it.
CREATE TABLE site (
  name  VARCHAR(64) NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
