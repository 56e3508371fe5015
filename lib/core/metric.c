#include "metric.h"
#include <math.h>
#include <string.h>

/* In HELP a quote is itself, in a label's value it is escaped as well. */
static void put_escaped(struct buf *b, const char *s, bool quoted)
{
	for (; *s != '\0'; s++)
		if (*s == '\n')
			buf_str(b, "\\n");
		else if (*s == '\\' || (quoted && *s == '"'))
			buf_printf(b, "\\%c", *s);
		else
			buf_chr(b, *s);
}

static void put_number(struct buf *b, double v)
{
	if (isnan(v))
		buf_str(b, "NaN");
	else if (isinf(v))
		buf_str(b, v > 0 ? "+Inf" : "-Inf");
	else if (v == floor(v) && fabs(v) < 9007199254740992.0)
		buf_int(b, (int64_t)v);
	else
		buf_printf(b, "%.12g", v);
}

static void put_labels(struct buf *b, const struct label *l, size_t n, const double *le)
{
	if (n == 0 && le == NULL)
		return;
	buf_chr(b, '{');
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, "%s%s=\"", i > 0 ? "," : "", l[i].name);
		put_escaped(b, l[i].value, true);
		buf_chr(b, '"');
	}
	if (le != NULL) {
		buf_printf(b, "%sle=\"", n > 0 ? "," : "");
		put_number(b, *le);
		buf_chr(b, '"');
	}
	buf_chr(b, '}');
}

static void put_line(struct buf *b, const char *name, const char *end, const struct label *l, size_t n, const double *le, double v)
{
	buf_printf(b, "%s%s", name, end);
	put_labels(b, l, n, le);
	buf_chr(b, ' ');
	put_number(b, v);
	buf_chr(b, '\n');
}

void metric(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s ", name);
	put_escaped(b, help, false);
	buf_printf(b, "\n# TYPE %s %s\n", name, type);
}

void metric_line(struct buf *b, const char *name, const struct label *l, size_t n, double value)
{
	put_line(b, name, "", l, n, NULL, value);
}

void metric_one(struct buf *b, const char *name, const char *type, const char *help, double value)
{
	metric(b, name, type, help);
	metric_line(b, name, NOLABELS, value);
}

void metric_histogram(struct buf *b, const char *name, const struct label *l, size_t n, const double *ends, const int64_t *counts,
		      size_t buckets, double sum)
{
	const double rest = INFINITY;
	int64_t below = 0;

	for (size_t i = 0; i <= buckets; i++) {
		below += counts[i];
		put_line(b, name, "_bucket", l, n, i < buckets ? &ends[i] : &rest, (double)below);
	}
	put_line(b, name, "_sum", l, n, NULL, sum);
	put_line(b, name, "_count", l, n, NULL, (double)below);
}
