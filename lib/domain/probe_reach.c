/* The self-test's steps over sockets: the web server, the WebSocket path through it, the relay itself, ClamAV. None of them needs a
   worker of this program: the one that asks may be the only one. */
#include "../core/dial.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../file/clamd.h"
#include "probe.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 1500, ANSWER = 512, SWITCHING = 101, TOO_MANY = 429 };

/* Where the web server listens, as seen from here. */
static const char *web_host(const struct ctx *c)
{
	const char *b = c->cfg->bind;

	if (*b == '\0' || strcmp(b, "0.0.0.0") == 0)
		return "127.0.0.1";
	if (*b != '[')
		return b;
	return strcmp(b, "[::]") == 0 ? "::1" : arena_strndup(c->mem, b + 1, strcspn(b + 1, "]"));
}

static const char *web_place(struct ctx *c)
{
	return arena_printf(c->mem, "%s:%lld", web_host(c), (long long)c->cfg->port_chat);
}

/* -1 = nobody is there; else the status of the answer, 0 = none came. */
static int ask(struct ctx *c, bool web, const char *path, const char *more)
{
	int64_t until = mono_ms() + PATIENCE_MS;
	int fd = web ? dial_tcp(web_host(c), c->cfg->port_chat, until) : dial_unix(c->cfg->relay_socket, until);
	char answer[ANSWER];

	if (fd < 0)
		return -1;
	dial_ask(fd,
		 arena_printf(c->mem, "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: deskbell-self-test\r\n%s\r\n", path, more),
		 answer, sizeof(answer), until);
	return dial_status(answer);
}

static int open_socket(struct ctx *c, bool web)
{
	return ask(c, web, "/ws",
		   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		   "Sec-WebSocket-Key: ZGVza2JlbGwgc2VsZnRlcw==\r\n");
}

static const char *told(struct ctx *c, int status)
{
	return status > 0 ? arena_printf(c->mem, "%d", status) : "-";
}

struct finding probe_web(struct ctx *c, struct probing *p)
{
	int status = ask(c, true, "/docs", "Connection: close\r\n");

	(void)p;
	if (status < 0) /* the web server may be the site's own, elsewhere */
		return (struct finding){ PROBE_WARN, "probe.web_gone", { web_place(c) } };
	if (status != 200)
		return (struct finding){ PROBE_FAIL, "probe.web_wrong", { web_place(c), told(c, status) } };
	return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
}

struct finding probe_websocket(struct ctx *c, struct probing *p)
{
	int status = open_socket(c, true);

	(void)p;
	if (status < 0)
		return (struct finding){ PROBE_WARN, "probe.web_gone", { web_place(c) } };
	if (status != SWITCHING && status != TOO_MANY)
		return (struct finding){ PROBE_FAIL, "probe.websocket_wrong", { web_place(c), told(c, status) } };
	return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
}

struct finding probe_relay(struct ctx *c, struct probing *p)
{
	int status = open_socket(c, false);

	(void)p;
	if (status < 0)
		return (struct finding){ PROBE_FAIL, "probe.relay_gone", { c->cfg->relay_socket } };
	if (status != SWITCHING && status != TOO_MANY)
		return (struct finding){ PROBE_FAIL, "probe.relay_wrong", { told(c, status) } };
	return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
}

/* As an upload is shown to it; what it says of itself names the day of its signatures. */
static enum clamd_verdict scan_something(const struct ctx *c, int64_t until, char said[static CLAMD_SAID])
{
	static const char text[] = "Deskbell's self-test\n";
	enum clamd_verdict found = CLAMD_AWAY;
	int ends[2];

	snprintf(said, CLAMD_SAID, "-");
	if (pipe2(ends, O_CLOEXEC) != 0)
		return CLAMD_AWAY;
	bool good = write(ends[1], text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1;
	close(ends[1]);
	if (good)
		found = clamd_scan(c->cfg->clamav, ends[0], until, said);
	close(ends[0]);
	return found;
}

/* What clamd said stands as it is; that it said nothing is told in the asker's language. */
static const char *why_not(struct ctx *c, const char *said)
{
	static const char *const own[][2] = { { "nobody answers", "probe.antivirus_gone" },
					      { "no verdict in time", "probe.antivirus_slow" },
					      { "broke off", "probe.antivirus_cut" } };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(said, own[i][0]) == 0)
			return catalog_text(c->texts, c->lang, own[i][1]);
	return arena_strdup(c->mem, said);
}

struct finding probe_antivirus(struct ctx *c, struct probing *p)
{
	int64_t until = mono_ms() + PATIENCE_MS;
	char said[CLAMD_SAID];
	bool required = c->cfg->clamav_required != 0;

	(void)p;
	if (scan_something(c, until, said) == CLAMD_CLEAN && clamd_version(c->cfg->clamav, until, said))
		return (struct finding){ PROBE_OK, "probe.antivirus_fine", { arena_strdup(c->mem, said) } };
	return (struct finding){ required ? PROBE_FAIL : PROBE_WARN,
				 required ? "probe.antivirus_refusing" : "probe.antivirus_off",
				 { c->cfg->clamav, why_not(c, said) } };
}
