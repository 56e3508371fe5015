#include "split.h"
#include <string.h>

static const char *skip_line(const char *p)
{
	return p + strcspn(p, "\n");
}

/* Behind the closing quote; a doubled or backslashed one does not close. */
static const char *skip_quoted(const char *p)
{
	char quote = *p++;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && quote != '`' && p[1] != '\0')
			p++;
		else if (*p == quote && p[1] == quote)
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return p;
}

static bool dash_comment(const char *p)
{
	return p[0] == '-' && p[1] == '-' && (p[2] == ' ' || p[2] == '\t' || p[2] == '\n' || p[2] == '\r' || p[2] == '\0');
}

/* Behind whatever stands at p as a whole: a comment, a quoted text, or one byte. */
static const char *skip_piece(const char *p)
{
	if (*p == '#' || dash_comment(p))
		return skip_line(p);
	if (p[0] == '/' && p[1] == '*') {
		const char *end = strstr(p + 2, "*/");
		return end != NULL ? end + 2 : p + strlen(p);
	}
	return *p == '\'' || *p == '"' || *p == '`' ? skip_quoted(p) : p + 1;
}

static const char *skip_between(const char *p)
{
	for (;;) {
		p += strspn(p, " \t\r\n;");
		if (*p != '#' && !dash_comment(p) && !(p[0] == '/' && p[1] == '*' && p[2] != '!'))
			return p;
		p = skip_piece(p);
	}
}

bool sql_next(const char **at, const char **statement, size_t *n)
{
	const char *p = skip_between(*at);

	*statement = p;
	while (*p != '\0' && *p != ';')
		p = skip_piece(p);
	*n = (size_t)(p - *statement);
	*at = *p == ';' ? p + 1 : p;
	return *n > 0;
}
