-- How the AI answers those who come by an inbox (lib/domain/inbox_ai.h); no row: as the site. provider: 0 as the site, 1 builtin, 2 openai,
-- 3 off. temperature: below 0: the provider's. hours: 0 always, 1 outside the business hours. languages: one a line. Prices are of a
-- million tokens.
CREATE TABLE inbox_ai (
  inbox_id    BIGINT NOT NULL PRIMARY KEY,
  provider    TINYINT NOT NULL DEFAULT 0,
  url         VARCHAR(500) NOT NULL DEFAULT '',
  model       VARCHAR(200) NOT NULL DEFAULT '',
  sealed_key  VARCHAR(800) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- lib/auth/secret.c
  key_set_at  BIGINT NOT NULL DEFAULT 0,
  prompt      TEXT NOT NULL,
  temperature DOUBLE NOT NULL DEFAULT -1,
  max_tokens  INT NOT NULL DEFAULT 0,               -- of an answer; 0: as the site
  timeout_s   INT NOT NULL DEFAULT 0,               -- of an answer; 0: as the site
  price_in    DOUBLE NOT NULL DEFAULT 0,
  price_out   DOUBLE NOT NULL DEFAULT 0,
  day_cost    DOUBLE NOT NULL DEFAULT 0,            -- the most that a day may cost; 0: as much as it costs
  languages   VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  hours       TINYINT NOT NULL DEFAULT 0,
  updated_at  BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What answers over the network took, a day (from 1970-01-01 in the site's time zone). inbox_id 0: of those who came by none.
CREATE TABLE ai_days (
  inbox_id   BIGINT NOT NULL,
  day        INT NOT NULL,
  answers    BIGINT NOT NULL,
  estimated  BIGINT NOT NULL,                       -- …whose tokens were counted here: the provider did not say
  tokens_in  BIGINT NOT NULL,
  tokens_out BIGINT NOT NULL,
  cost       DOUBLE NOT NULL,
  PRIMARY KEY (inbox_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
