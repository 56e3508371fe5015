#include "settings.h"
#include "text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *key, *text;
};
struct language {
	const char *name;
	char *file;            /* the entries point into it */
	struct entry *entries; /* sorted by key */
	size_t n;
};
struct catalog {
	struct language zh, en;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	long n;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0 &&
	    (data = malloc((size_t)n + 1)) != NULL)
		data[fread(data, 1, (size_t)n, f)] = '\0';
	fclose(f);
	return data;
}

static void cut_spaces(char *end)
{
	while (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')
		*--end = '\0';
}

/* "key = text"; false when a line is neither that, a comment nor empty. */
static bool add_line(struct language *l, char *line)
{
	line += strspn(line, " \t");
	if (*line == '#' || *line == '\0' || *line == '\r')
		return true;
	char *eq = strstr(line, " = ");
	if (eq == NULL || eq == line)
		return false;
	*eq = '\0';
	char *text = eq + 3;
	cut_spaces(text + strlen(text));
	struct entry *more = realloc(l->entries, (l->n + 1) * sizeof(*more));
	if (more == NULL)
		abort();
	l->entries = more;
	l->entries[l->n++] = (struct entry){ line, text };
	return true;
}

static bool read_language(struct language *l, const char *dir, const char *name, char *why, size_t whysz)
{
	char path[1024];
	int number = 0;

	l->name = name;
	snprintf(path, sizeof(path), "%s/messages.%s", dir, name);
	if ((l->file = read_all(path)) == NULL) {
		snprintf(why, whysz, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!utf8_valid(l->file, strlen(l->file))) {
		snprintf(why, whysz, "%s: not UTF-8", path);
		return false;
	}
	for (char *line = l->file, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		number++;
		if (!add_line(l, line)) {
			snprintf(why, whysz, "%s:%d: not \"key = text\"", path, number);
			return false;
		}
	}
	if (l->n > 0)
		qsort(l->entries, l->n, sizeof(*l->entries), by_key);
	return true;
}

struct catalog *catalog_open(const char *dir, char *why, size_t whysz)
{
	struct catalog *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	if (read_language(&t->zh, dir, "zh", why, whysz) && read_language(&t->en, dir, "en", why, whysz))
		return t;
	catalog_close(t);
	return NULL;
}

void catalog_close(struct catalog *t)
{
	if (t == NULL)
		return;
	free(t->zh.file);
	free(t->zh.entries);
	free(t->en.file);
	free(t->en.entries);
	free(t);
}

static const char *look_up(const struct language *l, const char *key)
{
	const struct entry *e = l->n > 0 ? bsearch(&(struct entry){ key, NULL }, l->entries, l->n, sizeof(*e), by_key) : NULL;

	return e != NULL ? e->text : NULL;
}

const char *catalog_text(const struct catalog *t, const char *lang, const char *key)
{
	const char *text = NULL;

	if (t == NULL)
		return key;
	if (lang != NULL && strcmp(lang, "en") == 0)
		text = look_up(&t->en, key);
	if (text == NULL)
		text = look_up(&t->zh, key);
	return text != NULL ? text : key;
}

char *catalog_fill(struct arena *mem, const char *text, const char *const *args, size_t n)
{
	size_t len = 1;

	for (size_t i = 0; i < n; i++)
		len += strlen(args[i]) * 4; /* a hole may stand more than once */
	len += strlen(text);
	char *out = arena_alloc(mem, len), *o = out, *end = out + len - 1;
	while (*text != '\0' && o < end) {
		size_t hole = text[0] == '{' && text[1] >= '0' && text[1] <= '9' && text[2] == '}' ? (size_t)(text[1] - '0') : n;
		if (hole >= n) {
			*o++ = *text++;
			continue;
		}
		size_t k = strlen(args[hole]);
		if (k > (size_t)(end - o))
			break;
		memcpy(o, args[hole], k);
		o += k;
		text += 3;
	}
	return out;
}
