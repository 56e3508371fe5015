-- Published articles cut into passages, which answers are made of, and the index by which they are found (lib/domain/passage.h).
CREATE TABLE article_passages (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  article_id BIGINT NOT NULL,
  ord        INT NOT NULL,                          -- from 0, in the order of the article
  heading    VARCHAR(240) NOT NULL DEFAULT '',
  text       TEXT NOT NULL,                         -- Markdown, as it stands in the article
  UNIQUE KEY article (article_id, ord)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Which passages speak of a word or a pair of characters, in title, headings or text (lib/domain/passage_terms.h), and how much.
CREATE TABLE passage_terms (
  locale     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  term       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  passage_id BIGINT NOT NULL,
  weight     FLOAT NOT NULL,
  PRIMARY KEY (locale, term, passage_id),
  KEY passage_id (passage_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Each term once, with how many passages speak of it: the rarest are looked up first. '': all passages of that language.
CREATE TABLE passage_words (
  locale   VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  term     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  passages BIGINT NOT NULL,
  PRIMARY KEY (locale, term)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- By which cutter (lib/domain/passage_cut.h) its passages were made; less than today's: they are to be made anew.
ALTER TABLE articles ADD COLUMN cut INT NOT NULL DEFAULT 0, ADD KEY cut (cut);
