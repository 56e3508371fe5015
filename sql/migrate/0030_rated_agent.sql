-- Whose work a rating is about: who had the conversation when it was first rated, NULL = nobody had. Who takes over afterwards is not
-- rated by it, also when the customer changes it.
ALTER TABLE conversations ADD COLUMN rated_agent_id BIGINT NULL;
UPDATE conversations c SET c.rated_agent_id = COALESCE((SELECT a.agent_id FROM assignments a WHERE a.conversation_id = c.id
    AND a.started_at <= c.rated_at AND (a.ended_at IS NULL OR a.ended_at >= c.rated_at OR a.end_reason IN (1, 5)) ORDER BY a.started_at DESC, a.id DESC LIMIT 1),
    c.assignee_id)
  WHERE c.rating IS NOT NULL;
UPDATE users u LEFT JOIN (SELECT rated_agent_id, COUNT(*) AS n, SUM(rating) AS total FROM conversations WHERE rated_agent_id IS NOT NULL GROUP BY rated_agent_id) r
  ON r.rated_agent_id = u.id SET u.ratings = COALESCE(r.n, 0), u.rating_sum = COALESCE(r.total, 0) WHERE u.role > 0;
-- The days that this changes are counted once more.
INSERT INTO report_late (day) SELECT DISTINCT FLOOR((c.created_at + d.tz * 1000) / 86400000) FROM conversations c JOIN (SELECT MAX(tz) AS tz FROM report_days) d
  WHERE c.rating IS NOT NULL AND NOT (c.rated_agent_id <=> c.assignee_id) AND d.tz IS NOT NULL;
