-- What staff work with: labels, canned responses, settings changed at run time; the audit log by what was done and to what.

CREATE TABLE labels (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title       VARCHAR(50) NOT NULL,
  color       CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- #rrggbb
  description VARCHAR(500) NOT NULL DEFAULT '',
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  UNIQUE KEY title (title)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE conversation_labels (
  conversation_id BIGINT NOT NULL,
  label_id        BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, label_id),
  KEY label_id (label_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE canned_responses (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  short_code VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  content    TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE KEY short_code (short_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Those that were changed; what is not here has its default (lib/domain/setting.c).
CREATE TABLE site_settings (
  name       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value      TEXT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Teams that were deleted while many conversations named them: the worker takes it off the rest, some at a time.
CREATE TABLE team_removals (
  team_id    BIGINT NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE articles ADD KEY updated_at (updated_at, id, locale, published);

ALTER TABLE audit_log ADD KEY action (action, created_at), ADD KEY resource_id (resource_id, created_at), ADD KEY user_action (user_id, action, created_at);
