-- Files: what people sent, once a message; the bytes lie below DESKBELL_VAR/files, named by their SHA-256.
CREATE TABLE files (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- unguessable: holding it is the right to read, but for notes
  sha256     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size       BIGINT NOT NULL,
  mime       VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inert      TINYINT NOT NULL,               -- may be opened in the browser
  name       VARCHAR(255) NOT NULL,
  owner_id   BIGINT NOT NULL,
  stream     BIGINT NOT NULL,                -- of its message
  message_id BIGINT NOT NULL,
  private    TINYINT NOT NULL DEFAULT 0,     -- of a note: staff alone
  created_at BIGINT NOT NULL,
  deleted_at BIGINT NULL,
  UNIQUE KEY public_id (public_id),
  KEY owner (owner_id, id),
  KEY stream (stream, id),
  KEY message (message_id),
  KEY bytes (sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What a message shows of its file, as JSON: a page of history stays one range read.
ALTER TABLE messages ADD COLUMN attachment TEXT NULL AFTER metadata;
