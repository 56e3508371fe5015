-- Figures of past days, rolled up by the worker (lib/domain/report.h). A day is counted from 1970-01-01 in the site's time zone.

ALTER TABLE conversations ADD KEY resolved_at (resolved_at, assignee_id, team_id);
ALTER TABLE responses ADD KEY asked_at (asked_at, answered_at, agent_id, first, conversation_id);
ALTER TABLE messages ADD KEY said (created_at, sender_type, private, deleted_at);

-- The whole site's day. That it is here, with the site's tz, says that the day's rows in all these tables are good.
-- *_spread: histograms as text (lib/domain/histogram.h).
CREATE TABLE report_days (
  day               INT NOT NULL PRIMARY KEY,
  tz                INT NOT NULL,                   -- seconds east of UTC that the day was cut with
  rolled_at         BIGINT NOT NULL,
  conversations     BIGINT NOT NULL,                -- created this day; of these…
  ai_handled        BIGINT NOT NULL,                -- …no person answered or is meant to
  resolved          BIGINT NOT NULL,                -- …resolved or closed, then or later
  resolution_ms     BIGINT NOT NULL,
  resolutions       BIGINT NOT NULL,                -- first resolved this day, whenever created
  messages          BIGINT NOT NULL,                -- said this day
  firsts            BIGINT NOT NULL,                -- first responses to customers who asked this day
  first_ms          BIGINT NOT NULL,
  responses         BIGINT NOT NULL,                -- all responses, likewise
  response_ms       BIGINT NOT NULL,
  rated_1           BIGINT NOT NULL,                -- conversations created this day by their rating
  rated_2           BIGINT NOT NULL,
  rated_3           BIGINT NOT NULL,
  rated_4           BIGINT NOT NULL,
  rated_5           BIGINT NOT NULL,
  resolution_spread TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_spread      TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  response_spread   TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY kept (day, tz, rolled_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- The same by team and agent, 0 = none: what scopes and filters are made of.
CREATE TABLE report_parts (
  day               INT NOT NULL,
  team_id           BIGINT NOT NULL,
  agent_id          BIGINT NOT NULL,
  conversations     BIGINT NOT NULL,
  ai_handled        BIGINT NOT NULL,
  resolved          BIGINT NOT NULL,
  resolution_ms     BIGINT NOT NULL,
  resolutions       BIGINT NOT NULL,
  messages          BIGINT NOT NULL,
  firsts            BIGINT NOT NULL,
  first_ms          BIGINT NOT NULL,
  responses         BIGINT NOT NULL,
  response_ms       BIGINT NOT NULL,
  rated_1           BIGINT NOT NULL,
  rated_2           BIGINT NOT NULL,
  rated_3           BIGINT NOT NULL,
  rated_4           BIGINT NOT NULL,
  rated_5           BIGINT NOT NULL,
  resolution_spread TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_spread      TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  response_spread   TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (day, team_id, agent_id),
  KEY agent (agent_id, day),
  KEY team (team_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE report_online (
  day       INT NOT NULL,
  agent_id  BIGINT NOT NULL,
  online_ms BIGINT NOT NULL,
  PRIMARY KEY (day, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Customers who began a conversation this day, by the last day before on which they had begun one (0 = never). Those of a period
-- are those whose day before lies ahead of it: each is counted once, and no row names anybody.
CREATE TABLE report_contacts (
  day        INT NOT NULL,
  before_day INT NOT NULL,
  contacts   BIGINT NOT NULL,
  PRIMARY KEY (day, before_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Days that something has changed after they were over; the worker rolls them up again. Only added to, so that nobody waits.
CREATE TABLE report_late (
  id  BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  day INT NOT NULL,
  KEY day (day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- When staff were online or busy. seen_at: last time that this was known to be true.
CREATE TABLE online_intervals (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id    BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  ended_at   BIGINT NULL,
  open_of    BIGINT AS (IF(ended_at IS NULL, user_id, NULL)) STORED,
  UNIQUE KEY open_of (open_of),
  KEY started_at (started_at, user_id),
  KEY user_id (user_id, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
