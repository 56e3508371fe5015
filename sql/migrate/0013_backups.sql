-- Dumps of tables and files, made by a process of the worker's. status: 0 asked for, 1 being made, 2 complete, 3 failed.
CREATE TABLE backups (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  filename    VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status      TINYINT NOT NULL DEFAULT 0,
  size_bytes  BIGINT NOT NULL DEFAULT 0,
  user_id     BIGINT NOT NULL,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY public_id (public_id),
  KEY status (status, id),
  KEY started_at (started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
