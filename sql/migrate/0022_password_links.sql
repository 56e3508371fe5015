-- A forgotten password: the one link that was mailed last, by its token's hash.
CREATE TABLE password_links (
  user_id    BIGINT NOT NULL PRIMARY KEY,
  token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at   BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE KEY token_hash (token_hash),
  KEY expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
