-- Legs as sessions of their own: which messages are a leg's, and lists of them.

-- A leg has the messages with after_seq < seq <= upto_seq (NULL: up to the newest): what was said since the leg before it ended.
-- state: 0 running, 1 over, 2 went on with somebody else.
ALTER TABLE assignments
  ADD COLUMN after_seq BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN upto_seq BIGINT NULL,
  ADD COLUMN state TINYINT AS (CASE end_reason WHEN 0 THEN 0 WHEN 2 THEN 2 WHEN 4 THEN 2 ELSE 1 END) STORED,
  ADD KEY started (started_at, id, state, agent_id),
  ADD KEY state_started (state, started_at, id, agent_id),
  ADD KEY agent_started (agent_id, started_at, id, state);

UPDATE assignments a SET upto_seq = (SELECT COALESCE(MAX(m.seq), 0) FROM messages m WHERE m.stream = a.conversation_id AND m.created_at <= a.ended_at)
  WHERE a.ended_at IS NOT NULL;

UPDATE assignments a JOIN (
    SELECT id, LAG(upto_seq) OVER (PARTITION BY conversation_id ORDER BY started_at, id) AS before_seq FROM assignments
  ) p ON p.id = a.id SET a.after_seq = COALESCE(p.before_seq, 0);
