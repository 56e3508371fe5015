-- Uploads that go on where they were cut (tus), until their time is over. The bytes that came lie below DESKBELL_VAR/files/part.
CREATE TABLE uploads (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id   BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,           -- a visitor's, who shows its key; 0 = its owner signs in
  name       VARCHAR(255) NOT NULL,
  category   VARCHAR(20) NOT NULL,
  size       BIGINT NOT NULL,                -- when it is whole
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  file_id    BIGINT NOT NULL DEFAULT 0,      -- what it became
  UNIQUE KEY public_id (public_id),
  KEY owner (owner_id, conversation_id, file_id, expires_at),
  KEY expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
