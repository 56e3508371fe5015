-- Messages written to a file by the worker, a part at a time. status: 0 under way, 1 complete, 2 failed. format: 0 json, 1 csv.
-- Everything up to cursor_id is in the file's first written bytes: a worker that begins anew cuts off what is behind them.
CREATE TABLE exports (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id     BIGINT NOT NULL,                    -- whose scope it is
  format      TINYINT NOT NULL,
  status      TINYINT NOT NULL DEFAULT 0,
  from_user   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  to_user     VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  leg_customer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  leg_agent   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  type        INT NOT NULL DEFAULT 0,             -- 1 + the message's type; 0 = any
  since       BIGINT NOT NULL DEFAULT 0,
  until_at    BIGINT NOT NULL DEFAULT 0,
  query       VARCHAR(200) NULL,
  cursor_id   BIGINT NOT NULL DEFAULT 0,
  upto_id     BIGINT NOT NULL,                    -- the newest message when it was asked for
  written     BIGINT NOT NULL DEFAULT 0,
  messages    BIGINT NOT NULL DEFAULT 0,
  created_at  BIGINT NOT NULL,
  finished_at BIGINT NOT NULL DEFAULT 0,
  expires_at  BIGINT NOT NULL,
  UNIQUE KEY public_id (public_id),
  KEY status (status, id),
  KEY expires_at (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
