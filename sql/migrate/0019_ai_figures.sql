-- What the AI did, counted: a row for each turn that ended, and why a conversation first went from it to a person.
ALTER TABLE conversations ADD COLUMN handed_over TINYINT NOT NULL DEFAULT 0; -- enum handover of lib/domain/conversation.h

CREATE TABLE ai_turns (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  conversation_id BIGINT NOT NULL,
  asked_at        BIGINT NOT NULL,                  -- the customer's message, the first of those answered together
  word_at         BIGINT NOT NULL DEFAULT 0,        -- the first word of the answer that was given; 0 = none was
  outcome         TINYINT NOT NULL,                 -- enum ai_outcome of lib/domain/ai_figures.h
  tokens_in       BIGINT NOT NULL DEFAULT 0,        -- as the provider counted them; 0 = it did not say
  tokens_out      BIGINT NOT NULL DEFAULT 0,
  cost            BIGINT NOT NULL DEFAULT 0,        -- in millionths of what the price is in; 0 = no price is set
  KEY asked_at (asked_at, conversation_id),
  KEY conversation_id (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Of the conversations created this day: those that went from the AI to a person, by the reason; the ratings of those that the AI
-- handled. Of the turns asked for this day: answers given, from question to first word, tokens, cost.
ALTER TABLE report_days
  ADD COLUMN handed_asked BIGINT NOT NULL DEFAULT 0 AFTER rated_5,
  ADD COLUMN handed_unsure BIGINT NOT NULL DEFAULT 0 AFTER handed_asked,
  ADD COLUMN handed_failed BIGINT NOT NULL DEFAULT 0 AFTER handed_unsure,
  ADD COLUMN handed_timeout BIGINT NOT NULL DEFAULT 0 AFTER handed_failed,
  ADD COLUMN handed_limit BIGINT NOT NULL DEFAULT 0 AFTER handed_timeout,
  ADD COLUMN handed_taken BIGINT NOT NULL DEFAULT 0 AFTER handed_limit,
  ADD COLUMN ai_rated_1 BIGINT NOT NULL DEFAULT 0 AFTER handed_taken,
  ADD COLUMN ai_rated_2 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_1,
  ADD COLUMN ai_rated_3 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_2,
  ADD COLUMN ai_rated_4 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_3,
  ADD COLUMN ai_rated_5 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_4,
  ADD COLUMN ai_replies BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_5,
  ADD COLUMN ai_word_ms BIGINT NOT NULL DEFAULT 0 AFTER ai_replies,
  ADD COLUMN ai_tokens_in BIGINT NOT NULL DEFAULT 0 AFTER ai_word_ms,
  ADD COLUMN ai_tokens_out BIGINT NOT NULL DEFAULT 0 AFTER ai_tokens_in,
  ADD COLUMN ai_cost BIGINT NOT NULL DEFAULT 0 AFTER ai_tokens_out,
  ADD COLUMN ai_word_spread TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE report_parts
  ADD COLUMN handed_asked BIGINT NOT NULL DEFAULT 0 AFTER rated_5,
  ADD COLUMN handed_unsure BIGINT NOT NULL DEFAULT 0 AFTER handed_asked,
  ADD COLUMN handed_failed BIGINT NOT NULL DEFAULT 0 AFTER handed_unsure,
  ADD COLUMN handed_timeout BIGINT NOT NULL DEFAULT 0 AFTER handed_failed,
  ADD COLUMN handed_limit BIGINT NOT NULL DEFAULT 0 AFTER handed_timeout,
  ADD COLUMN handed_taken BIGINT NOT NULL DEFAULT 0 AFTER handed_limit,
  ADD COLUMN ai_rated_1 BIGINT NOT NULL DEFAULT 0 AFTER handed_taken,
  ADD COLUMN ai_rated_2 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_1,
  ADD COLUMN ai_rated_3 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_2,
  ADD COLUMN ai_rated_4 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_3,
  ADD COLUMN ai_rated_5 BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_4,
  ADD COLUMN ai_replies BIGINT NOT NULL DEFAULT 0 AFTER ai_rated_5,
  ADD COLUMN ai_word_ms BIGINT NOT NULL DEFAULT 0 AFTER ai_replies,
  ADD COLUMN ai_tokens_in BIGINT NOT NULL DEFAULT 0 AFTER ai_word_ms,
  ADD COLUMN ai_tokens_out BIGINT NOT NULL DEFAULT 0 AFTER ai_tokens_in,
  ADD COLUMN ai_cost BIGINT NOT NULL DEFAULT 0 AFTER ai_tokens_out,
  ADD COLUMN ai_word_spread TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

-- Days before are counted anew: ratings of what the AI handled are known of them.
DELETE FROM report_days;
