/* passage_cut.h: an article's Markdown cut into passages. Each lies in one section, has at most PASSAGE_MAX bytes, ends with a
   paragraph, else a line, a sentence or a word, and never inside a code point. Pure, over any bytes. */
#ifndef PASSAGE_CUT_H
#define PASSAGE_CUT_H
#include <stdbool.h>
#include <stddef.h>

enum { PASSAGE_MAX = 900, PASSAGE_HEADING_MAX = 240, PASSAGE_LEVELS = 6 };
/* Goes up when the same article is cut otherwise than before: those that are there are then cut anew. */
enum { PASSAGE_CUT = 1 };

struct passage_piece {
	const char *text; /* a part of the article, without white space at its ends */
	size_t n;
	char heading[PASSAGE_HEADING_MAX +
		     1]; /* of its section and those around it, outermost first: "Returns › Costs"; "" = none */
};
struct passage_fence { /* of a block of code; 0 = outside */
	char mark;
	size_t n;
};
struct passage_cutter {
	const char *begin, *p, *end;
	bool within; /* p stands in the middle of a line */
	bool given;
	struct passage_fence fence;
	struct passage_level {
		const char *text;
		size_t n;
	} levels[PASSAGE_LEVELS];
};
void passage_begin(struct passage_cutter *, const char *markdown, size_t n);
/* The next one; false at the end. Text of headings alone is one passage; blank text is none. */
bool passage_next(struct passage_cutter *, struct passage_piece *out);
#endif
