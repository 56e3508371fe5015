-- Rooms: several people in one stream (messages.stream is minus the room's id).

-- changes counts what was taken back: what Redis holds of a room is good as long as it agrees with last_seq and changes.
CREATE TABLE rooms (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name            VARCHAR(100) NOT NULL,
  description     VARCHAR(500) NOT NULL DEFAULT '',
  owner_id        BIGINT NOT NULL DEFAULT 0,
  members         INT NOT NULL DEFAULT 0,
  last_seq        BIGINT NOT NULL DEFAULT 0,
  shown_seq       BIGINT NOT NULL DEFAULT 0,      -- the last that was not taken back
  changes         BIGINT NOT NULL DEFAULT 0,
  last_message_at BIGINT NOT NULL DEFAULT 0,
  day             INT NOT NULL DEFAULT 0,         -- of the last message, in the site's time zone…
  day_messages    INT NOT NULL DEFAULT 0,         -- …and how many that day has
  created_at      BIGINT NOT NULL,
  UNIQUE KEY public_id (public_id),
  KEY day (day, day_messages)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who has left keeps the row: what somebody said is found by it, to be forgotten one day.
CREATE TABLE room_members (
  room_id   BIGINT NOT NULL,
  user_id   BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  left_at   BIGINT NULL,
  PRIMARY KEY (room_id, user_id),
  KEY user (user_id, left_at, room_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Everybody is in this one.
INSERT INTO rooms (public_id, name, description, created_at) VALUES ('global', '全局聊天室', '所有用户的公共聊天室', FLOOR(UNIX_TIMESTAMP() * 1000));
