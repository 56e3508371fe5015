-- Pictures: how large they are shown, known before anybody has seen them.
ALTER TABLE files ADD COLUMN width INT NOT NULL DEFAULT 0 AFTER mime, ADD COLUMN height INT NOT NULL DEFAULT 0 AFTER width;
-- Small ones of heavy pictures, one for the same bytes however often they were sent; the worker makes them.
CREATE TABLE thumbnails (
  sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- of the picture
  state  TINYINT NOT NULL DEFAULT 0,  -- 0 waits, 1 is there, 2 cannot be made
  tries  TINYINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,             -- not before; a worker that takes it moves it on, in case it dies
  KEY waiting (state, due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
