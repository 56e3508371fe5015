#include "ai_health.h"
#include "../bus/bus.h"
#include "../core/settings.h"
#include "../core/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP_MS = 45000, SHOWN_MAX = 100 };

static const char key[] = "deskbell:ai:providers";

/* "https://user:pass@host/v1" is shown as "https://host/v1". */
const char *ai_health_address(struct arena *mem, const char *url)
{
	const char *host = strstr(url, "://");

	host = host != NULL ? host + 3 : url;
	size_t n = strcspn(host, "/?#");
	const char *at = memrchr(host, '@', n);
	return arena_printf(mem, "%.*s%s", (int)(host - url), url, at != NULL ? at + 1 : host);
}

static void queue(struct ctx *c, const char *const *argv, size_t n)
{
	size_t len[8];

	for (size_t i = 0; i < n; i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, (int)n, argv, len);
}

void ai_health_says(struct ctx *c, const struct ai_health *h)
{
	const char *text =
		arena_printf(c->mem, "%lld %s %lld %lld %lld %lld %s", (long long)c->now, h->state, (long long)h->failures,
			     (long long)h->streams, (long long)h->since, (long long)h->retry_at, h->error);
	const char *put[] = { "HSET", key, h->address, text }, *keep[] = { "PEXPIRE", key, arena_printf(c->mem, "%d", KEEP_MS) };

	queue(c, put, COUNT(put));
	queue(c, keep, COUNT(keep));
}

/* False: it is no report, or one of a worker that has gone since. */
static bool read_report(struct ctx *c, const char *address, const char *text, struct ai_health *h)
{
	char state[16] = "";
	long long n[5] = { 0 };
	int used = 0;

	if (sscanf(text, "%lld %15s %lld %lld %lld %lld %n", &n[0], state, &n[1], &n[2], &n[3], &n[4], &used) != 6 || used == 0 ||
	    n[0] < c->now - KEEP_MS)
		return false;
	*h = (struct ai_health){ .provider = "",
				 .model = "",
				 .address = address,
				 .state = arena_strdup(c->mem, state),
				 .error = arena_strdup(c->mem, text + used),
				 .failures = n[1],
				 .streams = n[2],
				 .since = n[3],
				 .retry_at = n[4] };
	return true;
}

static int by_address(const void *a, const void *b)
{
	return strcmp(((const struct ai_health *)a)->address, ((const struct ai_health *)b)->address);
}

static void read_all(struct ctx *c, struct list *out)
{
	const char *argv[] = { "HGETALL", key };
	const size_t len[] = { 7, sizeof(key) - 1 };
	struct err before = c->err;
	int slot = bus_cmd(c, COUNT(argv), argv, len);
	struct ai_health *h = arena_alloc(c->mem, SHOWN_MAX * sizeof(*h));

	bus_go(c);
	c->err = before; /* it tells what it can */
	struct list said = bus_items(c, slot);
	const char *const *texts = said.items;
	*out = (struct list){ h, 0 };
	for (size_t i = 0; i + 1 < said.n && out->n < SHOWN_MAX; i += 2)
		out->n += read_report(c, texts[i], texts[i + 1], &h[out->n]);
	qsort(h, out->n, sizeof(*h), by_address);
}

void ai_health_get(struct ctx *c, struct ai_health *site, struct list *all)
{
	bool openai = strcmp(c->cfg->ai_provider, "openai") == 0;

	*site = (struct ai_health){ .address = openai ? ai_health_address(c->mem, c->cfg->ai_url) : "",
				    .state = openai ? "unknown" : c->cfg->ai_provider,
				    .error = "" };
	read_all(c, all);
	const struct ai_health *h = all->items;
	for (size_t i = 0; openai && i < all->n; i++)
		if (strcmp(h[i].address, site->address) == 0)
			*site = h[i];
	site->provider = c->cfg->ai_provider;
	site->model = openai ? c->cfg->ai_model : "";
}
