/* The file of settings, as ops/settings.sh and systemd read it: KEY=value lines, '#' comments, a value may stand in quotes. */
#include "settings.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, KEYS = 256 };
static const char FILE_NAME[] = "DESKBELL_ENV", FILE_KEYS[] = "DESKBELL_ENV_SET";

struct pair {
	const char *key, *value; /* value NULL: not set */
};
struct file {
	struct arena *mem;
	struct pair pairs[KEYS];
	size_t n;
};

static const char *env_or(const char *key, const char *fallback)
{
	const char *v = getenv(key);

	return v != NULL ? v : fallback;
}

static void put_env(const char *key, const char *value)
{
	if (value != NULL)
		setenv(key, value, 1);
	else
		unsetenv(key);
}

bool settings_line(struct arena *mem, const char *line, const char **key, const char **value)
{
	size_t k, n;

	line += strspn(line, " \t");
	k = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	if (strncmp(line, "DESKBELL_", 9) != 0 || k == 9 || line[k] != '=')
		return false;
	*key = arena_strndup(mem, line, k);
	line += k + 1;
	n = strcspn(line, "\r\n");
	if (n >= 2 && (*line == '"' || *line == '\'') && line[n - 1] == *line) {
		line++;
		n -= 2;
	}
	*value = arena_strndup(mem, line, n);
	return true;
}

static bool read_file(struct file *f, const char *name)
{
	FILE *in = fopen(name, "re");
	char line[LINE];

	if (in == NULL)
		return false;
	while (f->n < KEYS && fgets(line, sizeof(line), in) != NULL)
		if (settings_line(f->mem, line, &f->pairs[f->n].key, &f->pairs[f->n].value))
			f->n++;
	fclose(in);
	return true;
}

static bool has(const struct file *f, const char *key, size_t n)
{
	for (size_t i = 0; i < f->n; i++)
		if (strlen(f->pairs[i].key) == n && strncmp(f->pairs[i].key, key, n) == 0)
			return true;
	return false;
}

/* What the file set before and no longer has goes back to its default. */
static void drop_gone(struct file *f, const char *before)
{
	size_t end = f->n;

	for (const char *at = before; *at != '\0'; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		if (strcmp(before, "*") != 0 && end < KEYS && !has(f, at, n))
			f->pairs[end++] = (struct pair){ arena_strndup(f->mem, at, n), NULL };
		at += n;
	}
	f->n = end;
}

/* A variable that the environment gave itself goes before the file. */
static bool ours(const char *before, const char *key)
{
	return getenv(key) == NULL || strcmp(before, "*") == 0 || token_in_list(before, key);
}

static char *apply(const struct file *f, const char *before, struct file *old)
{
	char *set = arena_strdup(f->mem, "");

	for (size_t i = 0; i < f->n; i++) {
		const char *key = f->pairs[i].key, *was = getenv(key);
		if (!ours(before, key))
			continue;
		old->pairs[old->n++] = (struct pair){ key, was != NULL ? arena_strdup(f->mem, was) : NULL };
		put_env(key, f->pairs[i].value);
		if (f->pairs[i].value != NULL)
			set = arena_printf(f->mem, "%s%s%s", set, *set ? "," : "", key);
	}
	return set;
}

bool settings_reload(struct settings *s, struct arena *mem, char *why, size_t whysz)
{
	struct arena own = { 0 };
	struct file *f = arena_alloc(&own, sizeof(*f)), *old = arena_alloc(&own, sizeof(*old));
	const char *before = arena_strdup(&own, env_or(FILE_KEYS, ""));
	bool good = true;

	f->mem = &own;
	if (*env_or(FILE_NAME, "") != '\0' && read_file(f, getenv(FILE_NAME))) {
		drop_gone(f, before);
		char *set = apply(f, before, old);
		good = settings_read(s, mem, why, whysz);
		for (size_t i = old->n; !good && i > 0; i--) /* newest first: a key may stand twice */
			put_env(old->pairs[i - 1].key, old->pairs[i - 1].value);
		if (good)
			put_env(FILE_KEYS, set);
	} else {
		good = settings_read(s, mem, why, whysz);
	}
	arena_free(&own);
	return good;
}
