-- Providers that do not say their tokens: a turn's are estimated, counted like those of others, and known to be estimates.
ALTER TABLE ai_turns ADD COLUMN estimated TINYINT NOT NULL DEFAULT 0; -- 1 = tokens and cost are
ALTER TABLE report_days ADD COLUMN ai_estimated BIGINT NOT NULL DEFAULT 0 AFTER ai_cost; -- turns
ALTER TABLE report_parts ADD COLUMN ai_estimated BIGINT NOT NULL DEFAULT 0 AFTER ai_cost;
