#include "passage_cut.h"
#include <string.h>

enum { INDENT = 3, FENCE = 3, RULE = 3 };
static const char wide_blank[] = "　", between[] = " › ";

struct line {
	const char *text, *end, *next; /* without indent and trailing blanks; next: the one below */
	size_t indent;
};

static bool blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

static struct line read_line(const char *p, const char *end)
{
	const char *stop = memchr(p, '\n', (size_t)(end - p));
	struct line l = { .text = p, .end = stop != NULL ? stop : end };

	l.next = stop != NULL ? stop + 1 : end;
	while (l.end > l.text && blank(l.end[-1]))
		l.end--;
	while (l.text < l.end && blank(*l.text))
		l.text++;
	l.indent = (size_t)(l.text - p);
	return l;
}

static size_t run_of(const char *p, const char *end, char ch)
{
	size_t n = 0;

	while (p + n < end && p[n] == ch)
		n++;
	return n;
}

/* -- what a line is -- */

static struct passage_fence behind(struct passage_fence at, const struct line *l)
{
	char mark = l->text < l->end ? *l->text : 0;
	size_t n = run_of(l->text, l->end, mark);

	if (l->indent > INDENT || (mark != '`' && mark != '~') || n < FENCE)
		return at;
	if (at.mark == 0)
		return (struct passage_fence){ mark, n };
	return at.mark == mark && n >= at.n && l->text + n == l->end ? (struct passage_fence){ 0, 0 } : at;
}

static bool is_rule(const struct line *l)
{
	char mark = l->text < l->end ? *l->text : 0;
	size_t n = 0;

	if (mark != '-' && mark != '*' && mark != '_')
		return false;
	for (const char *p = l->text; p < l->end; p++) {
		if (*p != mark && *p != ' ')
			return false;
		n += *p == mark;
	}
	return n >= RULE;
}

static size_t marked_level(const struct line *l, struct passage_level *out)
{
	size_t n = run_of(l->text, l->end, '#');
	const char *p = l->text + n, *end = l->end;

	if (n == 0 || n > PASSAGE_LEVELS || l->indent > INDENT || (p < end && !blank(*p)))
		return 0;
	while (p < end && blank(*p))
		p++;
	while (end > p && end[-1] == '#') /* "## Returns ##" */
		end--;
	if (end < l->end && end > p && !blank(end[-1]))
		end = l->end;
	while (end > p && blank(end[-1]))
		end--;
	*out = (struct passage_level){ p, (size_t)(end - p) };
	return n;
}

/* A line of its own with a line of = or - below it. */
static size_t underlined_level(const struct line *l, const char *end, struct passage_level *out)
{
	static const char others[] = "#>-*+|`~=";

	if (l->text == l->end || l->indent > INDENT || strchr(others, *l->text) != NULL || l->next == end)
		return 0;
	struct line under = read_line(l->next, end);
	char mark = under.text < under.end ? *under.text : 0;
	if ((mark != '=' && mark != '-') || run_of(under.text, under.end, mark) < RULE || under.indent > INDENT ||
	    under.text + run_of(under.text, under.end, mark) != under.end)
		return 0;
	*out = (struct passage_level){ l->text, (size_t)(l->end - l->text) };
	return mark == '=' ? 1 : 2;
}

/* The level of the heading that begins here, and what stands behind it; 0 = none. */
static size_t heading(const struct line *l, const char *end, bool alone, struct passage_level *out, const char **next)
{
	size_t level = marked_level(l, out);

	*next = l->next;
	if (level > 0 || !alone)
		return level;
	level = underlined_level(l, end, out);
	if (level > 0)
		*next = read_line(l->next, end).next;
	return level;
}

/* -- code points -- */

/* Bytes of the code point here; 1 of what is none. */
static size_t point(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)*p;
	size_t n = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if (n > (size_t)(end - p))
		return 1;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 1;
	return n;
}

static bool one_of(const char *p, size_t n, const char *set)
{
	for (size_t k; *set != '\0'; set += k) {
		k = point(set, set + strlen(set));
		if (k == n && memcmp(set, p, n) == 0)
			return true;
	}
	return false;
}

enum ending { SENTENCE, CLAUSE, WORD, NOTHING };

static enum ending ends(const char *p, size_t n, const char *end)
{
	bool spaced = p + n == end || blank(p[n]);

	if (one_of(p, n, "。！？…；") || (spaced && one_of(p, n, ".!?")))
		return SENTENCE;
	if (one_of(p, n, "，、：") || (spaced && one_of(p, n, ",;:")))
		return CLAUSE;
	return n == 1 && blank(*p) ? WORD : NOTHING;
}

/* Where one line that is too long is cut: at the best end in its second half. */
static const char *cut_within(const char *p, const char *end)
{
	const char *at = p, *found[NOTHING] = { p, p, p }, *half = p + PASSAGE_MAX / 2;

	if (end - p <= PASSAGE_MAX)
		return end;
	while (at < end) {
		size_t n = point(at, end);
		if (at + n > p + PASSAGE_MAX)
			break;
		enum ending what = ends(at, n, end);
		at += n;
		if (what != NOTHING)
			found[what] = at;
	}
	for (int i = 0; i < NOTHING; i++)
		if (found[i] > half)
			return found[i];
	return at;
}

/* -- cutting -- */

void passage_begin(struct passage_cutter *c, const char *markdown, size_t n)
{
	*c = (struct passage_cutter){ .begin = markdown, .p = markdown, .end = markdown + n };
}

static void skip_blanks(struct passage_cutter *c)
{
	for (;;) {
		size_t wide = sizeof(wide_blank) - 1;
		if (c->p < c->end && blank(*c->p)) {
			c->within = *c->p != '\n' && c->within;
			c->p++;
		} else if ((size_t)(c->end - c->p) >= wide && memcmp(c->p, wide_blank, wide) == 0) {
			c->p += wide;
		} else {
			return;
		}
	}
}

static const char *line_begin(const struct passage_cutter *c)
{
	const char *p = c->p;

	while (p > c->begin && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p;
}

static void enter(struct passage_cutter *c, size_t level, const struct passage_level *l)
{
	c->levels[level - 1] = *l;
	for (size_t i = level; i < PASSAGE_LEVELS; i++)
		c->levels[i] = (struct passage_level){ NULL, 0 };
}

/* Headings are taken notice of; what says nothing is left out. */
static void skip_to_text(struct passage_cutter *c)
{
	for (;;) {
		struct passage_level l;
		const char *next;
		skip_blanks(c);
		if (c->p == c->end || c->within || c->fence.mark != 0)
			return;
		struct line line = read_line(line_begin(c), c->end);
		size_t level = heading(&line, c->end, true, &l, &next);
		if (level > 0)
			enter(c, level, &l);
		else if (!is_rule(&line))
			return;
		c->p = next;
	}
}

struct place {
	const char *p;
	struct passage_fence fence;
	bool within;
};

/* Down to the next heading or the end, if that fits; else to the last paragraph or line that does. */
static struct place reach(const struct passage_cutter *c)
{
	struct place at = { c->p, c->fence, c->within }, paragraph = { 0 }, last = { 0 };
	bool alone = false;

	while (at.p < c->end) {
		struct passage_level l;
		const char *next;
		struct line line = read_line(at.p, c->end);
		if (at.p > c->p && at.fence.mark == 0 && heading(&line, c->end, alone, &l, &next) > 0)
			return at;
		if (line.end > line.text && line.end > c->p + PASSAGE_MAX)
			return paragraph.p != NULL ? paragraph : last;
		alone = line.text == line.end;
		if (alone && at.fence.mark == 0)
			paragraph = at;
		at = (struct place){ line.next, at.within ? at.fence : behind(at.fence, &line), false };
		last = at;
	}
	return at;
}

static void name_section(const struct passage_cutter *c, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < PASSAGE_LEVELS; i++) {
		const struct passage_level *l = &c->levels[i];
		if (l->n == 0 || n + sizeof(between) > PASSAGE_HEADING_MAX)
			continue;
		if (n > 0) {
			memcpy(out + n, between, sizeof(between) - 1);
			n += sizeof(between) - 1;
		}
		const char *end = l->text + l->n;
		for (const char *p = l->text; p < end;) {
			size_t k = point(p, end);
			if (n + k > PASSAGE_HEADING_MAX)
				break;
			memcpy(out + n, p, k);
			p += k;
			n += k;
		}
	}
	out[n] = '\0';
}

static bool give(struct passage_cutter *c, const char *to, struct passage_piece *out)
{
	while (to > c->p && blank(to[-1]))
		to--;
	out->text = c->p;
	out->n = (size_t)(to - c->p);
	name_section(c, out->heading);
	c->given = true;
	return true;
}

/* Nothing but headings: they are what it says. */
static bool headings_alone(struct passage_cutter *c, struct passage_piece *out)
{
	struct passage_cutter whole;

	if (c->given)
		return false;
	passage_begin(&whole, c->begin, (size_t)(c->end - c->begin));
	skip_blanks(&whole);
	c->given = true;
	if (whole.p == whole.end)
		return false;
	return give(&whole, cut_within(whole.p, whole.end), out);
}

bool passage_next(struct passage_cutter *c, struct passage_piece *out)
{
	skip_to_text(c);
	if (c->p == c->end)
		return headings_alone(c, out);
	struct place to = reach(c);
	if (to.p == NULL) { /* one line, and too long */
		struct line line = read_line(c->p, c->end);
		to = (struct place){ cut_within(c->p, line.end), c->fence, true };
		if (!c->within)
			to.fence = behind(c->fence, &line);
	}
	give(c, to.p, out);
	c->p = to.p;
	c->fence = to.fence;
	c->within = to.within;
	return true;
}
