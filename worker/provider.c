#include "provider.h"
#include "../lib/bus/bus.h"
#include "../lib/core/address.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/ai_health.h"
#include "breaker.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { CONNECT_MS = 5000, TAIL_MS = 200, READ_BYTES = 4096, REST_MAX_S = 600, KNOWN_MS = 3600000 };
enum { BODY_WRONG_1 = 400, BODY_WRONG_2 = 413, BODY_WRONG_3 = 422, TOO_MANY = 429, AWAY = 503 };

struct provider { /* one an address: what one fails at is not the others' fault */
	struct provider *next;
	char *url;
	struct breaker breaker;
	struct arena scratch; /* of one event; all streams share it */
	int64_t streams;
	int64_t asked_at, rests_until; /* mono ms */
	char error[400];               /* of the last call that failed */
};

static struct provider *provider_of(struct worker *w, const char *url)
{
	struct provider *p = w->providers;

	while (p != NULL && strcmp(p->url, url) != 0)
		p = p->next;
	if (p != NULL)
		return p;
	p = calloc(1, sizeof(*p));
	if (p == NULL || (p->url = strdup(url)) == NULL)
		abort();
	p->next = w->providers;
	w->providers = p;
	return p;
}

/* -- how it is, for those who look at the system -- */

static struct ai_health health_of(struct ctx *c, const struct provider *p, int64_t now)
{
	const struct breaker *b = &p->breaker;
	bool rests = p->rests_until > now && breaker_state(b) == BREAKER_READY;

	return (struct ai_health){ .address = ai_health_address(c->mem, p->url),
				   .state = rests ? "resting" : breaker_state_names[breaker_state(b)],
				   .error = p->error,
				   .failures = b->failures,
				   .streams = p->streams,
				   .since = b->since,
				   .retry_at = rests ? c->now + p->rests_until - now : b->until };
}

/* The site's, and those that inboxes ask; an address that nobody asks any more is forgotten. */
static bool tell(struct ctx *c, void *arg)
{
	struct worker *w = arg;
	bool site = strcmp(w->cfg.ai_provider, "openai") == 0;
	int64_t now = mono_ms();

	for (const struct provider *p = w->providers; p != NULL; p = p->next) {
		bool asked = p->asked_at != 0 && now - p->asked_at < KNOWN_MS;
		if (!asked && !(site && strcmp(p->url, w->cfg.ai_url) == 0))
			continue;
		const struct ai_health h = health_of(c, p, now);
		ai_health_says(c, &h);
		bus_go(c);
	}
	return true;
}

void provider_tell(struct worker *w)
{
	if (strcmp(w->cfg.ai_provider, "openai") == 0)
		provider_of(w, w->cfg.ai_url);
	if (w->providers != NULL)
		job_run(w, tell, w, false);
}

void provider_renew(struct worker *w)
{
	for (struct provider *p = w->providers; p != NULL; p = p->next) {
		breaker_good(&p->breaker); /* what was wrong may have been mended */
		p->rests_until = 0;
		*p->error = '\0';
	}
	provider_tell(w);
}

enum provider_state provider_state(struct worker *w, const struct ai_setup *setup)
{
	struct provider *p = provider_of(w, setup->url);

	if (p->streams >= w->cfg.ai_streams)
		return PROVIDER_FULL;
	if (p->rests_until > mono_ms())
		return PROVIDER_RESTS;
	return breaker_may(&p->breaker, now_ms()) ? PROVIDER_READY : PROVIDER_FAILING;
}

int64_t provider_rests_until(struct worker *w, const struct ai_setup *setup)
{
	return provider_of(w, setup->url)->rests_until;
}

/* What is wrong with one question says nothing about the provider. */
static bool about_question(struct stream *s)
{
	long status = 0;

	if (s->call.easy != NULL)
		curl_easy_getinfo(s->call.easy, CURLINFO_RESPONSE_CODE, &status);
	return status == BODY_WRONG_1 || status == BODY_WRONG_2 || status == BODY_WRONG_3;
}

/* What a call says about its provider. True: it is another than before, as others should know. */
static bool judge(struct stream *s, bool about_provider)
{
	struct provider *p = s->provider;
	enum breaker_state before = breaker_state(&p->breaker);

	if (s->judged)
		return false;
	s->judged = true;
	if (s->answer.failed)
		memcpy(p->error, s->answer.error, sizeof(p->error));
	if (s->answer.failed && about_provider && s->retry_ms == 0)
		breaker_bad(&p->breaker, now_ms());
	else if (s->answer.ended)
		breaker_good(&p->breaker);
	else
		breaker_unknown(&p->breaker);
	if (breaker_state(&p->breaker) == before && s->retry_ms == 0)
		return false;
	log_warn(NULL, "ai.provider", "%s %s: %s", p->url, breaker_state_names[breaker_state(&p->breaker)], p->error);
	return true;
}

/* -- the request -- */

static void put_message(struct buf *b, const char *role, const char *text)
{
	buf_printf(b, "%s{\"role\":\"%s\",\"content\":", b->data[b->len - 1] == '[' ? "" : ",", role);
	buf_json(b, text, strlen(text));
	buf_chr(b, '}');
}

static void put_body(struct buf *b, const struct ai_setup *setup, const struct ai_prompt *prompt)
{
	const struct ai_line *l = prompt->lines.items;

	buf_str(b, "{\"model\":");
	buf_json(b, setup->model, strlen(setup->model));
	buf_str(b, ",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[");
	put_message(b, "system", prompt->system);
	for (size_t i = 0; i < prompt->lines.n; i++)
		put_message(b, l[i].visitor ? "user" : "assistant", l[i].text);
	buf_chr(b, ']');
	if (setup->max_tokens > 0)
		buf_printf(b, ",\"max_tokens\":%lld", (long long)setup->max_tokens);
	if (*setup->temperature != '\0')
		buf_printf(b, ",\"temperature\":%s", setup->temperature);
	buf_chr(b, '}');
}

/* "https://host/v1" is what people copy from a provider's page; the whole path is taken too. */
static const char *address(struct arena *mem, const char *url)
{
	static const char path[] = "/chat/completions";
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	bool whole = n >= sizeof(path) - 1 && strncmp(url + n - (sizeof(path) - 1), path, sizeof(path) - 1) == 0;
	return arena_printf(mem, "%.*s%s", (int)n, url, whole ? "" : path);
}

static size_t hear(char *p, size_t size, size_t n, void *arg)
{
	struct stream *s = arg;
	bool more = completion_feed(&s->answer, p, size * n);

	s->fresh = true;
	if (!more && s->ended_at == 0)
		s->ended_at = mono_ms();
	return s->answer.failed ? 0 : size * n; /* behind [DONE] the connection may still end properly, to be used again */
}

/* Retry-After, in seconds or as a date: who says when it has room again does not fail. */
static void hear_rest(struct stream *s, long status)
{
	curl_off_t seconds = 0;

	if ((status != TOO_MANY && status != AWAY) || curl_easy_getinfo(s->call.easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK ||
	    seconds <= 0)
		return;
	s->retry_ms = (seconds < REST_MAX_S ? seconds : REST_MAX_S) * 1000;
	s->provider->rests_until = mono_ms() + s->retry_ms;
}

static void over(struct worker *w, struct net_call *call, CURLcode code)
{
	struct stream *s = (struct stream *)call;
	long status = 0;
	char why[sizeof(s->answer.error) + 40];

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	s->fresh = s->over = true;
	hear_rest(s, status);
	if (s->refused)
		completion_fail(&s->answer, "this address may not be asked: it leads to a private machine, or goes there "
					    "unencrypted over the open net");
	else if (status == 0 && !s->answer.ended)
		completion_fail(&s->answer, *s->error != '\0' ? s->error : curl_easy_strerror(code));
	completion_end(&s->answer, code == CURLE_OK);
	if (status >= 200 && status < 300)
		return;
	/* A page of a proxy is "no JSON": the status says more. */
	bool named = s->answer.failed && s->answer.as == COMPLETION_WHOLE;
	snprintf(why, sizeof(why), "status %ld%s%s", status, named ? ": " : "", named ? s->answer.error : "");
	if (status != 0) {
		s->answer.failed = s->answer.ended = false;
		completion_fail(&s->answer, why);
	}
	(void)w;
}

/* What an inbox's name leads to counts, not what it is called. The link-local net is where clouds tell machines their secrets. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct stream *s = arg;
	bool private = address_private(&a->addr);

	(void)purpose;
	if (s->own && (address_link_local(&a->addr) || (private ? !s->private_ok : !s->tls))) {
		s->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void prepare(struct worker *w, struct stream *s, const struct ai_setup *setup)
{
	CURL *e = s->call.easy;

	net_header(&s->headers, "Content-Type: application/json");
	net_header(&s->headers, "Expect:");
	if (*setup->key != '\0')
		net_header(&s->headers, arena_printf(&w->mem, "Authorization: Bearer %s", setup->key));
	arena_reset(&w->mem);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)READ_BYTES);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, s->body.data);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.len);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, s);
}

struct stream *stream_open(struct worker *w, const struct ai_setup *setup, const struct ai_prompt *prompt)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->provider = provider_of(w, setup->url);
	s->provider->asked_at = mono_ms();
	completion_begin(&s->answer, &s->provider->scratch);
	s->began = s->word_at = mono_ms();
	s->wait_ms = setup->wait_ms;
	s->timeout_ms = setup->timeout_ms;
	s->own = setup->own;
	s->private_ok = w->cfg.ai_private != 0;
	s->tls = strncasecmp(setup->url, "https:", 6) == 0;
	put_body(&s->body, setup, prompt);
	s->call = (struct net_call){ net_easy(w, address(&w->mem, setup->url)), over };
	prepare(w, s, setup);
	net_add(w, &s->call);
	s->provider->streams++;
	return s;
}

/* Comments keep a connection, not a visitor: only words, and thoughts, are signs of work. */
static void watch(struct stream *s, int64_t now)
{
	size_t words = s->answer.text.len + (size_t)s->answer.thoughts;
	char why[80];

	if (words != s->words)
		s->word_at = now;
	s->words = words;
	if (s->answer.ended || s->answer.failed)
		return;
	if (now - s->word_at >= s->wait_ms)
		snprintf(why, sizeof(why), "no word for %lld ms", (long long)(now - s->word_at));
	else if (now - s->began >= s->timeout_ms)
		snprintf(why, sizeof(why), "no end after %lld ms", (long long)(now - s->began));
	else
		return;
	s->timed_out = true;
	completion_fail(&s->answer, why);
}

enum stream_state stream_look(struct worker *w, struct stream *s, int64_t now)
{
	s->fresh = false;
	watch(s, now);
	if (!s->answer.failed && !(s->answer.ended && (s->over || now - s->ended_at >= TAIL_MS)))
		return STREAM_RUNS;
	stream_halt(w, s);
	return s->answer.failed ? STREAM_FAILED : STREAM_ENDED;
}

bool stream_usage(const struct stream *s, struct ai_usage *u)
{
	const struct completion *a = &s->answer;

	u->tokens_in = a->tokens_in;
	u->tokens_out = a->tokens_out;
	u->estimated = a->tokens_in == 0 && a->tokens_out == 0;
	if (u->estimated && (a->text.len > 0 || a->thoughts > 0)) {
		u->tokens_in = ai_tokens_about(s->body.data, s->body.len);
		u->tokens_out = ai_tokens_about(a->text.data, a->text.len) + a->thoughts;
	}
	return u->tokens_in + u->tokens_out > 0;
}

void stream_halt(struct worker *w, struct stream *s)
{
	if (s->call.easy == NULL)
		return;
	bool changed = judge(s, !about_question(s));
	net_remove(w, &s->call);
	s->provider->streams--;
	if (changed)
		provider_tell(w);
}

void stream_close(struct worker *w, struct stream *s)
{
	if (s == NULL)
		return;
	stream_halt(w, s);
	curl_slist_free_all(s->headers);
	buf_free(&s->body);
	completion_free(&s->answer);
	free(s);
}

void provider_stop(struct worker *w)
{
	for (struct provider *p = w->providers, *next; p != NULL; p = next) {
		next = p->next;
		arena_free(&p->scratch);
		free(p->url);
		free(p);
	}
	w->providers = NULL;
}
