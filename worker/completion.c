/* Providers differ: usage comes, comes alone or does not; a delta may be null, hold only a role, or reasoning; an error may follow
   a 200; some end with [DONE], some with a finish_reason and the connection; some answer a stream's request in one piece. */
#include "completion.h"
#include "../lib/core/text.h"
#include "../lib/json/spec.h"
#include <stdio.h>
#include <string.h>

void completion_begin(struct completion *a, struct arena *scratch)
{
	*a = (struct completion){ .scratch = scratch };
}

void completion_free(struct completion *a)
{
	buf_free(&a->text);
	buf_free(&a->whole);
	sse_free(&a->sse);
}

/* One line, for a log. */
void completion_fail(struct completion *a, const char *why)
{
	if (a->failed)
		return;
	a->failed = true;
	snprintf(a->error, sizeof(a->error), "%.*s", (int)utf8_cut(why, strlen(why), sizeof(a->error) / 4), why);
	for (char *p = a->error; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
}

/* {"error":{"message":…}}, {"error":"…"}, {"object":"error","message":…}, {"detail":…} */
static const char *error_of(const struct json *j)
{
	const struct json *e = json_member(j, "error");
	const char *text = json_member_str(e, "message"), *object = json_member_str(j, "object");

	if (e != NULL)
		return text != NULL                          ? text
		       : json_member_str(j, "error") != NULL ? json_member_str(j, "error")
							     : "an error without words";
	if (object != NULL && strcmp(object, "error") == 0)
		return json_member_str(j, "message") != NULL ? json_member_str(j, "message") : "an error without words";
	return json_member(j, "choices") == NULL ? json_member_str(j, "detail") : NULL;
}

static bool has_text(const struct json *j, const char *key)
{
	const char *s = json_member_str(j, key);

	return s != NULL && *s != '\0';
}

static void add_text(struct completion *a, const struct json *text)
{
	size_t n;
	const char *s = json_text(text, &n);

	if (s == NULL || a->text.len + n > COMPLETION_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '\0')
			buf_chr(&a->text, s[i]);
}

/* A text, or a list of {"type":"text","text":…}. */
static void add_content(struct completion *a, const struct json *content)
{
	const struct json *part;

	add_text(a, content);
	for (size_t i = 0; (part = json_at(content, i)) != NULL; i++)
		add_text(a, json_member(part, "text"));
}

static void take_choice(struct completion *a, const struct json *choice)
{
	const struct json *delta = json_member(choice, "delta");
	const char *why = json_member_str(choice, "finish_reason");

	delta = delta != NULL ? delta : json_member(choice, "message");
	if (has_text(delta, "reasoning_content") || has_text(delta, "reasoning"))
		a->thoughts++;
	add_content(a, json_member(delta, "content"));
	if (why == NULL || *why == '\0')
		return;
	a->finished = true;
	a->cut = strcmp(why, "length") == 0;
	a->filtered = strcmp(why, "content_filter") == 0;
}

static void take_usage(struct completion *a, const struct json *usage)
{
	int64_t n;

	if (json_int(json_member(usage, "prompt_tokens"), &n) && n > 0)
		a->tokens_in = n;
	if (json_int(json_member(usage, "completion_tokens"), &n) && n > 0)
		a->tokens_out = n;
}

static void take(struct completion *a, const struct json *j)
{
	const char *error = error_of(j);

	if (error != NULL) {
		completion_fail(a, error);
		return;
	}
	const struct json *choice = json_at(json_member(j, "choices"), 0); /* only one was asked for */
	if (choice != NULL)
		take_choice(a, choice);
	if (json_member(j, "usage") != NULL)
		take_usage(a, json_member(j, "usage"));
}

static bool on_event(void *arg, const char *data, size_t n)
{
	struct completion *a = arg;
	struct ctx c = { .mem = a->scratch };

	if (n >= 6 && memcmp(data, "[DONE]", 6) == 0) {
		a->ended = true;
		return false;
	}
	if (n == 0)
		return true;
	const struct json *j = json_parse(&c, data, n);
	if (j == NULL)
		completion_fail(a, "an event that is no JSON");
	else
		take(a, j);
	arena_reset(a->scratch);
	return !a->failed;
}

/* The first byte that is no blank tells: an object in one piece, or events. Answers how many blanks stand before it. */
static size_t look(struct completion *a, const char *p, size_t n)
{
	size_t i = 0;

	while (a->as == COMPLETION_NEW && i < n) {
		if (memchr(" \t\r\n", p[i], 4) != NULL)
			i++;
		else
			a->as = p[i] == '{' ? COMPLETION_WHOLE : COMPLETION_EVENTS;
	}
	return i;
}

bool completion_feed(struct completion *a, const char *p, size_t n)
{
	if (a->ended || a->failed)
		return false;
	size_t skipped = look(a, p, n);
	p += skipped;
	n -= skipped;
	if (a->as == COMPLETION_WHOLE) {
		buf_add(&a->whole, p, n);
		if (a->whole.len > SSE_MAX)
			completion_fail(a, "the answer is too long");
	} else if (a->as == COMPLETION_EVENTS && !sse_feed(&a->sse, p, n, on_event, a) && !a->ended) {
		completion_fail(a, "an event is too long");
	}
	return !a->ended && !a->failed;
}

void completion_end(struct completion *a, bool properly)
{
	if (!a->ended && !a->failed && a->as == COMPLETION_EVENTS)
		sse_end(&a->sse, on_event, a);
	if (!a->ended && !a->failed && a->as == COMPLETION_WHOLE)
		on_event(a, buf_text(&a->whole), a->whole.len);
	if (a->failed)
		return;
	if (a->filtered)
		completion_fail(a, "the provider's filter");
	else if (!a->ended && !a->finished && !properly)
		completion_fail(a, "the connection broke");
	else
		a->ended = true;
}
