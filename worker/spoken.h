/* spoken.h: what of a provider's text a visitor is shown, and what it says about itself by the marks that the prompt asks for.
 * Pure. */
#ifndef SPOKEN_H
#define SPOKEN_H
#include "../lib/domain/ai.h"

#define SPOKEN_HUMAN "[[HUMAN]]"   /* a person is wanted */
#define SPOKEN_UNSURE "[[UNSURE]]" /* at the beginning: the text says that it does not know */

struct spoken {
	enum ai_kind kind; /* AI_SURE, AI_UNSURE, AI_HANDS_OVER */
	const char *text;  /* within what was given */
	size_t n;          /* never less for a longer text that begins the same */
};
/* ended: nothing is held back any longer that might become a mark or a blank at the end. Thoughts within <think> are left out. */
struct spoken spoken_of(const char *raw, size_t n, bool ended);
#endif
