-- Staff at work on conversations: private notes, counts without counting, lists in every order, search, notifications, push tokens.

-- notes: messages that the customer never sees; they take numbers of the stream. shown_seq: the last message that he sees, kept
-- once there are notes. switched_at: last change between AI and people.
-- wait_rank: since when somebody waits for a person, all others behind; the order of "longest waiting first".
-- Lists choose their ids in one of these indexes alone: the order, then everything that filters and the scope of agents look at.
ALTER TABLE conversations
  ADD COLUMN notes INT NOT NULL DEFAULT 0,
  ADD COLUMN shown_seq BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN switched_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN wait_rank BIGINT AS (IF(agent_type = 1 AND status < 2 AND asked_at > 0, GREATEST(asked_at, human_at), 9000000000000000)) STORED,
  DROP KEY activity, DROP KEY status_activity, DROP KEY assignee_status, DROP KEY last_message, DROP KEY created_at,
  ADD KEY activity (last_message_at, id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY status_activity (status, last_message_at, id, agent_type, priority, assignee_id, team_id),
  ADD KEY assignee_activity (assignee_id, last_message_at, id, status, agent_type, priority, team_id),
  ADD KEY team_activity (team_id, last_message_at, id, status, agent_type, priority, assignee_id),
  ADD KEY created_at (created_at, id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY waiting (wait_rank, id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY facts (id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY kind (status, agent_type, priority, assignee_id, team_id, queue_rank);

-- How many conversations there are of each kind; 0 = nobody, no team. label_id 0 counts them all, others those with that label. A change is one row here more and one less in
-- conversation_tally_deltas, in its own transaction, so that no two writers meet in one row; the worker folds them in.
CREATE TABLE conversation_tally (
  label_id    BIGINT NOT NULL,
  status      TINYINT NOT NULL,
  assignee_id BIGINT NOT NULL,
  team_id     BIGINT NOT NULL,
  agent_type  TINYINT NOT NULL,
  priority    TINYINT NOT NULL,
  waiting     TINYINT NOT NULL,                     -- in the queue
  n           BIGINT NOT NULL,
  PRIMARY KEY (label_id, status, assignee_id, team_id, agent_type, priority, waiting)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE conversation_tally_deltas (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  batch       BIGINT NOT NULL DEFAULT 0,            -- the fold that is taking it
  label_id    BIGINT NOT NULL DEFAULT 0,
  status      TINYINT NOT NULL,
  assignee_id BIGINT NOT NULL,
  team_id     BIGINT NOT NULL,
  agent_type  TINYINT NOT NULL,
  priority    TINYINT NOT NULL,
  waiting     TINYINT NOT NULL,
  n           BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO conversation_tally_deltas (status, assignee_id, team_id, agent_type, priority, waiting, n)
  SELECT status, COALESCE(assignee_id, 0), COALESCE(team_id, 0), agent_type, priority, queue_rank IS NOT NULL, COUNT(*)
  FROM conversations GROUP BY status, COALESCE(assignee_id, 0), COALESCE(team_id, 0), agent_type, priority, queue_rank IS NOT NULL;

-- What was said in which conversation, word by word (lib/domain/terms.h): the worker writes it just behind the messages.
CREATE TABLE conversation_terms (
  term            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (term, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- type: 0 new_message, 1 mention, 2 assignment. name: whom it is about, as it was then.
CREATE TABLE notifications (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id         BIGINT NOT NULL,
  type            TINYINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  name            VARCHAR(100) NOT NULL DEFAULT '',
  created_at      BIGINT NOT NULL,
  read_at         BIGINT NULL,
  KEY user_id (user_id, id),
  KEY unread (user_id, read_at, id),
  KEY conversation (conversation_id),
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- platform: 0 ios, 1 android.
CREATE TABLE push_tokens (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  device_token VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id      BIGINT NOT NULL,
  platform     TINYINT NOT NULL,
  enabled      TINYINT NOT NULL DEFAULT 1,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  UNIQUE KEY device_token (device_token),
  KEY user_id (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
