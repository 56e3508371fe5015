#include "spoken.h"
#include <string.h>

static const char think[] = "<think>", thought[] = "</think>";
static const char *const marks[] = { SPOKEN_HUMAN, SPOKEN_UNSURE };

static size_t blanks(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && memchr(" \t\r\n", p[i], 4) != NULL)
		i++;
	return i;
}

static bool begins(const char *p, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

/* All of it may become `whole`, or a beginning of it. */
static bool may_become(const char *p, size_t n, const char *whole)
{
	return n < strlen(whole) && memcmp(p, whole, n) == 0;
}

static void skip(struct spoken *s, size_t n)
{
	s->text += n;
	s->n -= n;
	n = blanks(s->text, s->n);
	s->text += n;
	s->n -= n;
}

/* Behind the thoughts that some models write into the text. False: still thinking. */
static bool skip_thoughts(struct spoken *s, bool ended)
{
	skip(s, 0);
	if (!ended && may_become(s->text, s->n, think))
		return false;
	if (!begins(s->text, s->n, think))
		return true;
	const char *end = memmem(s->text, s->n, thought, strlen(thought));
	if (end == NULL)
		return false;
	skip(s, (size_t)(end - s->text) + strlen(thought));
	return true;
}

/* Where the text must stop for now: before a mark, or what may become one. */
static size_t until_mark(const struct spoken *s, bool ended, bool *human)
{
	for (const char *p = s->text, *end = s->text + s->n; (p = memchr(p, '[', (size_t)(end - p))) != NULL; p++)
		for (size_t i = 0; i < COUNT(marks); i++) {
			bool is = begins(p, (size_t)(end - p), marks[i]);
			*human = *human || (is && i == 0);
			if (is || (!ended && may_become(p, (size_t)(end - p), marks[i])))
				return (size_t)(p - s->text);
		}
	return s->n;
}

struct spoken spoken_of(const char *raw, size_t n, bool ended)
{
	struct spoken s = { AI_SURE, raw, n };
	bool human = false;

	if (!skip_thoughts(&s, ended)) {
		s.n = 0;
		return s;
	}
	if (begins(s.text, s.n, SPOKEN_UNSURE)) {
		s.kind = AI_UNSURE;
		skip(&s, strlen(SPOKEN_UNSURE));
	}
	s.n = until_mark(&s, ended, &human);
	if (human)
		s.kind = AI_HANDS_OVER;
	while (s.n > 0 && memchr(" \t\r\n", s.text[s.n - 1], 4) != NULL)
		s.n--;
	return s;
}
