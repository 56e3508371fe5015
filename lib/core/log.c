/* The one process-wide state of lib/: where lines go. Set by main(), so that no function needs a log argument. */
#include "log.h"
#include "buf.h"
#include "text.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct {
	const char *component;
	char path[512];
	int fd;
	enum log_level least;
} out = { .component = "deskbell", .fd = STDERR_FILENO, .least = LOG_INFO };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_open(const char *component, const char *path, enum log_level least)
{
	out.component = component;
	out.least = least;
	snprintf(out.path, sizeof(out.path), "%s", path != NULL ? path : "");
	log_reopen();
}

void log_reopen(void)
{
	if (out.fd != STDERR_FILENO)
		close(out.fd);
	out.fd = STDERR_FILENO;
	if (*out.path == '\0')
		return;
	int fd = open(out.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0)
		out.fd = fd;
	else
		log_error(NULL, "log.open", "cannot open %s: logging to stderr", out.path);
}

static void put_member(struct buf *b, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	size_t n = strlen(value);
	buf_printf(b, ",\"%s\":", key);
	if (utf8_valid(value, n))
		buf_json(b, value, n);
	else
		buf_str(b, "\"(not text)\"");
}

static void put_message(struct buf *b, const char *fmt, va_list ap)
{
	char text[2048];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n < 0)
		return;
	if ((size_t)n >= sizeof(text)) {
		n = sizeof(text) - 1;
		while (n > 0 && (text[n] & 0xc0) == 0x80)
			n--;
		text[n] = '\0';
	}
	put_member(b, "message", text);
}

void log_line(const struct ctx *c, enum log_level level, const char *key, const char *fmt, ...)
{
	struct buf b = { 0 };
	int64_t now = now_ms();
	va_list ap;

	if (level < out.least)
		return;
	buf_str(&b, "{\"time\":\"");
	buf_time(&b, now);
	b.len--; /* milliseconds go before the Z */
	buf_printf(&b, ".%03dZ\",\"level\":\"%s\",\"component\":\"%s\",\"key\":\"%s\"", (int)(now % 1000), level_names[level],
		   out.component, key);
	va_start(ap, fmt);
	put_message(&b, fmt, ap);
	va_end(ap);
	if (c != NULL) {
		put_member(&b, "request_id", c->request_id);
		put_member(&b, "addr", c->addr);
		if (c->who.user_id != 0)
			buf_printf(&b, ",\"user_id\":%lld", (long long)c->who.user_id);
	}
	buf_str(&b, "}\n");
	ssize_t written = write(out.fd, b.data, b.len); /* one write a line: lines of several processes do not mix */
	(void)written;
	buf_free(&b);
}
