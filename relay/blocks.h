/* blocks.h: the form of answers and publications (PROTOCOL.md section 1), read one block at a time (pure). */
#ifndef BLOCKS_H
#define BLOCKS_H
#include "../lib/core/core.h"

enum { WORDS_MAX = 64 };
struct word {
	const char *p;
	size_t n;
};
struct block {
	char kind;
	struct word words[WORDS_MAX];
	size_t n;
	const char *bytes; /* of F, S, C, T */
	size_t len;
	const char *start, *end; /* the whole block, to keep it */
};
/* 1 = one block, *p is behind it; 0 = the end; -1 = malformed. */
int block_next(const char **p, const char *end, struct block *);
int64_t word_int(struct word); /* of a word that a block has as a number: block_next() has looked */
bool word_none(struct word);   /* "-": no stream, where rooms are negative */
#endif
