/* question.h: what a visitor's words are about, by their form alone. Pure. */
#ifndef QUESTION_H
#define QUESTION_H
#include "../core/core.h"

enum intent {
	INTENT_ASK,   /* everything else */
	INTENT_GREET, /* nothing but hello */
	INTENT_THANK,
	INTENT_YES,   /* nothing but agreement: what it agrees to was said before */
	INTENT_HUMAN, /* wants a person */
};
enum intent question_intent(const char *text);
/* "zh" or "en": the script most of it is in; `otherwise` when it has no letters. */
const char *question_lang(const char *text, const char *otherwise);
/* The text without the words that every question has ("how much is", 请问, 怎么): what is left tells questions apart. */
char *question_core(struct arena *, const char *text);
#endif
