/* How a socket opens: accept, the request, who may come in. */
#include "../lib/core/address.h"
#include "../lib/core/process.h"
#include "../lib/core/text.h"
#include "relay.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 65536, FIRST_READ = 4096, SEND_BUFFER = 65536 };

/* -- addresses -- */

static struct addr **addr_bucket(struct relay *r, const char *text)
{
	uint32_t h = 2166136261u;

	for (const char *p = text; *p != '\0'; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	return &r->addrs[h % COUNT(r->addrs)];
}

static struct addr *addr_get(struct relay *r, const char *text)
{
	struct addr **b = addr_bucket(r, text), *a;

	for (a = *b; a != NULL; a = a->next)
		if (strcmp(a->text, text) == 0)
			break;
	if (a == NULL) {
		a = must(calloc(1, sizeof(*a)));
		snprintf(a->text, sizeof(a->text), "%s", text);
		a->counted = a;
		a->next = *b;
		*b = a;
	}
	a->n++;
	return a;
}

static struct addr *addr_take(struct relay *r, const char *text)
{
	struct arena mem = { 0 };
	struct addr *a = addr_get(r, text);
	const char *counted = address_counted(&mem, text);

	if (strcmp(counted, text) != 0)
		a->counted = addr_get(r, counted);
	arena_free(&mem);
	return a;
}

static void addr_put(struct relay *r, struct addr *a)
{
	if (--a->n > 0)
		return;
	struct addr **at = addr_bucket(r, a->text);
	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a);
}

void addr_drop(struct relay *r, struct addr *a)
{
	if (a == NULL)
		return;
	if (a->counted != a)
		addr_put(r, a->counted);
	addr_put(r, a);
}

/* -- the handshake -- */

static void refuse(struct client *c, int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = { { 400, "Bad Request" },
		      { 403, "Forbidden" },
		      { 404, "Not Found" },
		      { 405, "Method Not Allowed" },
		      { 426, "Upgrade Required" },
		      { 429, "Too Many Requests" },
		      { 431, "Request Header Fields Too Large" },
		      { 503, "Service Unavailable" },
		      { 505, "HTTP Version Not Supported" } };
	const char *text = "Error";
	char answer[300];

	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].status == status)
			text = texts[i].text;
	int n = snprintf(answer, sizeof(answer), "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n%s%s\r\n", status,
			 text, status == 426 ? "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n" : "",
			 status == 429 || status == 503 ? "Retry-After: 5\r\n" : "");
	ssize_t sent = send(c->io.fd, answer, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)sent;
	shutdown(c->io.fd, SHUT_WR);
	c->relay->n.refused++;
	client_close(c, 0, "refused");
}

/* Who is open just now, by the contract whose path it came by; joined: has been granted something. */
static void put_sockets(const struct relay *r, struct buf *b)
{
	int64_t chat = 0, kefu = 0, console = 0, joined = 0, all;

	for (int i = 0; i < WHEEL; i++)
		for (const struct client *c = r->wheel[i]; c != NULL; c = c->next) {
			chat += strcmp(c->endpoint, "/ws") == 0;
			console += strcmp(c->endpoint, "/admin/ws") == 0;
			kefu += strncmp(c->endpoint, "/ws/", 4) == 0;
			joined += c->subs_n > 0;
		}
	all = chat + kefu + console;
	buf_printf(b, ",\"open\":%lld,\"joined\":%lld,\"chat\":%lld,\"kefu\":%lld,\"console\":%lld", (long long)all,
		   (long long)joined, (long long)chat, (long long)kefu, (long long)console);
}

void put_counters(struct relay *r, struct buf *b)
{
	const struct {
		const char *name;
		int64_t value;
	} rows[] = { { "connections", r->clients },
		     { "channels", r->hub.n },
		     { "opened", r->n.opened },
		     { "closed", r->n.closed },
		     { "refused", r->n.refused },
		     { "frames_in", r->n.frames_in },
		     { "frames_out", r->n.frames_out },
		     { "writes", r->n.writes },
		     { "deliveries", r->n.deliveries },
		     { "slow_closed", r->n.slow_closed },
		     { "held_closed", r->n.held_closed },
		     { "events", r->n.events },
		     { "frames_built", r->n.built },
		     { "old_events", r->n.old_events },
		     { "holes", r->n.holes },
		     { "fills", r->n.fills },
		     { "checks", r->n.checks },
		     { "fcgi_requests", r->n.requests },
		     { "fcgi_retries", r->n.retries },
		     { "fcgi_waiting", fcgi_waiting(r) },
		     { "bad_blocks", r->n.bad_blocks },
		     { "throttled", r->n.throttled },
		     { "memory", process_resident(getpid()) } };

	buf_printf(b, "{\"name\":\"%s\",\"ready\":%s,\"redis\":%s,\"started_at\":%lld,\"at\":%lld", r->name,
		   r->ready ? "true" : "false", r->redis_up ? "true" : "false", (long long)r->started, (long long)now_ms());
	put_sockets(r, b);
	for (size_t i = 0; i < COUNT(rows); i++)
		buf_printf(b, ",\"%s\":%lld", rows[i].name, (long long)rows[i].value);
	buf_str(b, "}\n");
}

static void answer_health(struct client *c)
{
	struct buf body = { 0 }, head = { 0 };

	put_counters(c->relay, &body);
	buf_printf(&head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
		   body.len);
	buf_add(&head, body.data, body.len);
	ssize_t sent = send(c->io.fd, head.data, head.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)sent;
	buf_free(&body);
	buf_free(&head);
	client_close(c, 0, "health");
}

/* The paths that open a socket. Static texts cost an idle socket nothing. */
static const char *endpoint_of(struct client *c, struct span path)
{
	if (span_is(path, "/ws"))
		return "/ws";
	if (span_is(path, "/admin/ws"))
		return "/admin/ws";
	bool named = (path.n > 4 && path.n < 128 && memcmp(path.p, "/ws/", 4) == 0) ||
		     (c->relay->open_channels && path.n > 7 && path.n < 128 && memcmp(path.p, "/bench/", 7) == 0);
	if (!named)
		return NULL;
	c->endpoint_owned = true;
	return must(strndup(path.p, path.n));
}

/* What the first request tells api.fcgi: "name\0value\0…\0", in the names of CGI. */
static void keep_info(struct client *c, const struct handshake *h)
{
	const struct {
		const char *name;
		struct span value;
	} rows[] = { { "QUERY_STRING", h->query },         { "HTTP_AUTHORIZATION", h->authorization }, { "HTTP_ORIGIN", h->origin },
		     { "HTTP_USER_AGENT", h->user_agent }, { "HTTP_ACCEPT_LANGUAGE", h->language },    { "HTTP_HOST", h->host } };
	size_t n = 1;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].value.n > 0)
			n += strlen(rows[i].name) + rows[i].value.n + 2;
	char *p = c->info = must(calloc(1, n));
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].value.n == 0)
			continue;
		p = stpcpy(p, rows[i].name) + 1;
		memcpy(p, rows[i].value.p, rows[i].value.n);
		p += rows[i].value.n + 1;
	}
}

static void find_address(struct client *c, bool local, const struct handshake *h, char out[static 46])
{
	struct sockaddr_storage a = { 0 };
	socklen_t n = sizeof(a);

	snprintf(out, 46, "local");
	if (!local && getpeername(c->io.fd, (struct sockaddr *)&a, &n) == 0) {
		const void *raw = a.ss_family == AF_INET ? (void *)&((struct sockaddr_in *)&a)->sin_addr
							 : (void *)&((struct sockaddr_in6 *)&a)->sin6_addr;
		inet_ntop(a.ss_family, raw, out, 46);
	} else if (local && h->forwarded.n > 0) {
		const char *last = memrchr(h->forwarded.p, ',', h->forwarded.n);
		last = last != NULL ? last + 1 : h->forwarded.p;
		size_t len = (size_t)(h->forwarded.p + h->forwarded.n - last);
		while (len > 0 && *last == ' ')
			last++, len--;
		snprintf(out, 46, "%.*s", (int)(len < 45 ? len : 45), last);
	}
}

static bool welcome(struct client *c, const struct handshake *h)
{
	struct relay *r = c->relay;
	char accept[29], answer[256], address[46];

	if ((c->endpoint = endpoint_of(c, h->path)) == NULL) {
		refuse(c, 404);
		return false;
	}
	/* What a shop's page may open is what its visitors need. */
	if (!origin_allowed(r->cfg.origins, h->origin, h->host) &&
	    !(strcmp(c->endpoint, "/ws") == 0 && origin_allowed(streams_origins(r), h->origin, h->host))) {
		refuse(c, 403);
		return false;
	}
	find_address(c, c->slot != 0, h, address);
	c->addr = addr_take(r, address);
	if (r->cfg.rate_limit && (int64_t)c->addr->counted->n > r->cfg.limit_sockets) {
		refuse(c, 429);
		return false;
	}
	handshake_accept(accept, h->key);
	int n = snprintf(
		answer, sizeof(answer),
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		accept);
	if (send(c->io.fd, answer, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n) {
		client_close(c, 0, "handshake_write");
		return false;
	}
	keep_info(c, h);
	return true;
}

static void opened(struct client *c)
{
	struct relay *r = c->relay;

	list_remove(&r->handshakes, c);
	c->state = CLIENT_OPEN;
	c->slot = (uint8_t)(c->id % WHEEL);
	list_add(&r->wheel[c->slot], c);
	r->n.opened++;
	if (strcmp(c->endpoint, "/ws") != 0) /* visitors are nobody for as long as they like */
		client_strange(c);
	if (r->open_channels && strncmp(c->endpoint, "/bench/", 7) == 0)
		hub_join(hub_get(&r->hub, c->endpoint, strlen(c->endpoint)), c);
}

static void read_handshake(struct client *c, const char *p, size_t n)
{
	struct handshake h;

	if (c->in_len + n > HANDSHAKE_MAX) {
		refuse(c, 431);
		return;
	}
	c->in = must(realloc(c->in, c->in_len + n));
	memcpy(c->in + c->in_len, p, n);
	c->in_len += (uint32_t)n;
	int status = handshake_parse(c->in, c->in_len, &h);
	if (status == 0)
		return;
	if (status == 200 && span_is(h.path, "/relay/health")) {
		answer_health(c);
		return;
	}
	if (status != 101) {
		refuse(c, status == 200 ? 426 : status);
		return;
	}
	if (!c->relay->ready) {
		refuse(c, 503);
		return;
	}
	if (!welcome(c, &h))
		return;
	bool said_who = strcmp(c->endpoint, "/ws") != 0 && (h.authorization.n > 0 || h.query.n > 0);
	char *rest = c->in;
	size_t used = h.used, left = c->in_len - used;
	c->in = NULL;
	c->in_len = 0;
	c->last_in = now_s(c->relay);
	opened(c);
	if (said_who)
		client_announce(c);
	if (left > 0)
		ws_input(c, (uint8_t *)rest + used, left);
	free(rest);
}

static void on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct client *c = (struct client *)w;
	uint8_t bytes[READ_SIZE];

	(void)loop;
	if (events & EV_WRITE)
		out_flush(c);
	if (!(events & EV_READ) || c->state == CLIENT_GONE || !c->reading)
		return;
	ssize_t n = recv(w->fd, bytes, c->state == CLIENT_HANDSHAKE ? FIRST_READ : sizeof(bytes), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_close(c, 0, n == 0 ? "peer_closed" : "read_error");
		return;
	}
	if (c->state == CLIENT_OPEN) /* a request that drips in has its ten seconds from the start */
		c->last_in = now_s(c->relay);
	if (c->state == CLIENT_HANDSHAKE)
		read_handshake(c, (char *)bytes, (size_t)n);
	else if (c->state == CLIENT_OPEN)
		ws_input(c, bytes, (size_t)n);
}

void client_accept(struct relay *r, int fd, bool local)
{
	struct client *c = must(calloc(1, sizeof(*c)));
	int one = 1, size = SEND_BUFFER;

	if (!local) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	c->relay = r;
	c->id = ++r->next_client;
	c->state = CLIENT_HANDSHAKE;
	c->local = local;
	c->slot = local; /* until it is open: did it come by the unix socket? */
	c->reading = true;
	c->last_in = now_s(r);
	list_add(&r->handshakes, c);
	r->clients++;
	ev_io_init(&c->io, on_io, fd, EV_READ);
	ev_io_start(r->loop, &c->io);
}
