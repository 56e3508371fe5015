-- Files that people keep in the portal (category 'portal'): listed by their owner, and shared by links that end.
ALTER TABLE files ADD KEY kept (owner_id, category, deleted_at, created_at);
CREATE TABLE file_shares (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- in the link: who holds it may open it
  file_id       BIGINT NOT NULL,
  password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  opened        INT NOT NULL DEFAULT 0,
  expires_at    BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  UNIQUE KEY token (token),
  KEY file (file_id, expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
