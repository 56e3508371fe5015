/* A member of a chat room: signs in, joins, and hears what is said there: "bench SEQ TIME" in hexadecimal. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { FRAME_ROOM = 4096, TEXT_SIZE = HEX_SEQ + 1 + HEX_TIME };

/* One token a line; there may be fewer than sockets. */
void room_tokens(struct load *l)
{
	FILE *f = fopen(l->opt.tokens, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (f == NULL)
		die("%s: %m", l->opt.tokens);
	l->tokens = must_calloc(l->opt.conns, sizeof(*l->tokens));
	while (l->tokens_n < l->opt.conns && (n = getline(&line, &size, f)) > 1)
		l->tokens[l->tokens_n++] = strndup(line, line[n - 1] == '\n' ? (size_t)n - 1 : (size_t)n);
	free(line);
	fclose(f);
	if (l->tokens_n == 0)
		die("%s: no tokens", l->opt.tokens);
}

/* A mask of zeros changes nothing. */
static bool say(const struct conn *c, const char *text, size_t n)
{
	uint8_t frame[8 + FRAME_ROOM] = { 0x81, (uint8_t)(0x80 | (n < 126 ? n : 126)) };
	size_t head = 2;

	if (n > FRAME_ROOM)
		return false;
	if (n >= 126) {
		frame[head++] = (uint8_t)(n >> 8);
		frame[head++] = (uint8_t)n;
	}
	head += 4;
	memcpy(frame + head, text, n);
	return send(c->fd, frame, head + n, MSG_NOSIGNAL) == (ssize_t)(head + n);
}

bool room_sign_in(const struct load *l, const struct conn *c)
{
	char text[FRAME_ROOM];
	int n = snprintf(text, sizeof(text), "{\"type\":\"auth\",\"data\":{\"token\":\"%s\"}}", l->tokens[c->id % l->tokens_n]);

	return n < (int)sizeof(text) && say(c, text, (size_t)n);
}

static bool join(const struct load *l, const struct conn *c)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "{\"type\":\"join\",\"data\":{\"room_id\":\"%s\"}}", l->opt.room);

	return n < (int)sizeof(text) && say(c, text, (size_t)n);
}

static void joined(struct load *l, struct conn *c)
{
	if (c->state == CONN_OPEN)
		return;
	c->state = CONN_OPEN;
	l->n.opened++;
	l->progress = l->now;
}

static void hear(struct load *l, struct conn *c, const char *text)
{
	char seq_text[HEX_SEQ + 1] = "", time_text[HEX_TIME + 1] = "";

	memcpy(seq_text, text, HEX_SEQ);
	memcpy(time_text, text + HEX_SEQ + 1, HEX_TIME);
	uint64_t seq = strtoull(seq_text, NULL, 16), then = strtoull(time_text, NULL, 16);
	if (seq <= c->last) { /* or late, which is no better */
		l->n.doubled++;
		return;
	}
	l->n.missing += seq - c->last - 1;
	c->last = seq;
	l->channels[0].seq = seq > l->channels[0].seq ? seq : l->channels[0].seq;
	l->n.deliveries++;
	l->progress = l->now;
	hist_add(&l->hist, l->now - then);
}

bool room_frame(struct load *l, struct conn *c, const uint8_t *p, size_t n)
{
	static const char said[] = "\"content\":\"bench ", auth[] = "{\"type\":\"auth\"", in[] = "{\"type\":\"join\"";
	const char *at = memmem(p, n, said, sizeof(said) - 1);

	if (at != NULL && (const char *)p + n - at >= (ssize_t)(sizeof(said) - 1 + TEXT_SIZE))
		hear(l, c, at + sizeof(said) - 1);
	else if (n >= sizeof(auth) && memcmp(p, auth, sizeof(auth) - 1) == 0)
		return join(l, c);
	else if (n >= sizeof(in) && memcmp(p, in, sizeof(in) - 1) == 0)
		joined(l, c);
	else
		l->n.others++;
	return true;
}
