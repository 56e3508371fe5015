#include "text.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t day_start(int64_t ms, int64_t tz_offset_s)
{
	int64_t day = 86400000, local = ms + tz_offset_s * 1000, into = ((local % day) + day) % day;

	return local - into - tz_offset_s * 1000;
}

/* n digits at *p, moved on. */
static bool digits(const char **p, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, ++*p) {
		if (**p < '0' || **p > '9')
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool lit(const char **p, char ch)
{
	if (**p != ch)
		return false;
	++*p;
	return true;
}

static bool parse_date(const char **p, struct tm *tm)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d;

	if (!digits(p, 4, &y) || !lit(p, '-') || !digits(p, 2, &m) || !lit(p, '-') || !digits(p, 2, &d))
		return false;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (m < 1 || m > 12 || d < 1 || d > days[m - 1] || (m == 2 && d == 29 && !leap))
		return false;
	tm->tm_year = y - 1900;
	tm->tm_mon = m - 1;
	tm->tm_mday = d;
	return true;
}

static bool parse_clock(const char **p, struct tm *tm, int *milli)
{
	*milli = 0;
	if (!digits(p, 2, &tm->tm_hour) || !lit(p, ':') || !digits(p, 2, &tm->tm_min))
		return false;
	if (lit(p, ':') && !digits(p, 2, &tm->tm_sec))
		return false;
	if (lit(p, '.')) {
		int scale = 100;
		if (**p < '0' || **p > '9')
			return false;
		for (; **p >= '0' && **p <= '9'; ++*p, scale /= 10)
			*milli += (**p - '0') * scale;
	}
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

static bool parse_zone(const char **p, int64_t *offset_s)
{
	int h, m, sign = **p == '-' ? -1 : 1;

	*offset_s = 0;
	if (lit(p, 'Z') || **p == '\0')
		return true;
	if (**p != '+' && **p != '-')
		return false;
	++*p;
	if (!digits(p, 2, &h) || !lit(p, ':') || !digits(p, 2, &m) || h > 14 || m > 59)
		return false;
	*offset_s = sign * (h * 3600 + m * 60);
	return true;
}

bool iso_parse(const char *s, int64_t *ms)
{
	struct tm tm = { 0 };
	int milli = 0;
	int64_t offset = 0;

	if (!parse_date(&s, &tm))
		return false;
	if ((lit(&s, 'T') || lit(&s, ' ')) && !(parse_clock(&s, &tm, &milli) && parse_zone(&s, &offset)))
		return false;
	if (*s != '\0')
		return false;
	*ms = ((int64_t)timegm(&tm) - offset) * 1000 + milli;
	return true;
}
