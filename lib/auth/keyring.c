#include "keyring.h"
#include "../core/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool add_key(struct keyring *r, const char *s, size_t n, char *why, size_t whysz)
{
	const char *colon = memchr(s, ':', n);
	size_t kid = colon != NULL ? (size_t)(colon - s) : 0, secret = colon != NULL ? n - kid - 1 : 0;

	if (colon == NULL || kid == 0 || kid > KID_MAX || r->n == KEYS_MAX) {
		snprintf(why, whysz, "a signing key is not of the form kid:secret, or there are more than %d", KEYS_MAX);
		return false;
	}
	if (secret < SECRET_MIN || secret > SECRET_MAX) {
		snprintf(why, whysz, "the secret of key \"%.*s\" has %zu bytes: it takes %d to %d", (int)kid, s, secret, SECRET_MIN,
			 SECRET_MAX);
		return false;
	}
	struct key *k = &r->keys[r->n++];
	memcpy(k->kid, s, kid);
	memcpy(k->secret, colon + 1, secret);
	k->n = secret;
	return true;
}

static bool parse(struct keyring *r, const char *s, char *why, size_t whysz)
{
	while (*s != '\0') {
		size_t n = strcspn(s, ",\r\n");
		if (n > 0 && !add_key(r, s, n, why, whysz))
			return false;
		s += n + strspn(s + n, ",\r\n");
	}
	if (r->n == 0)
		snprintf(why, whysz, "no signing key");
	return r->n > 0;
}

/* Made once: several programs may start at the same time, so it is linked into place, and whoever comes second reads the first's.
 */
static bool make_file(const char *path)
{
	struct arena mem = { 0 };
	const char *text = arena_printf(&mem, "k%lld:%s\n", (long long)(now_ms() / 1000), random_id(&mem, "", 48));
	const char *temp = arena_printf(&mem, "%s.%ld", path, (long)getpid());
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	good = good && (link(temp, path) == 0 || errno == EEXIST);
	unlink(temp);
	arena_free(&mem);
	return good;
}

static bool read_file(struct keyring *r, const char *path, char *why, size_t whysz)
{
	char text[KEYS_MAX * (KID_MAX + SECRET_MAX + 2) + 1];

	if (access(path, F_OK) != 0 && !make_file(path)) {
		snprintf(why, whysz, "cannot make %s: %s", path, strerror(errno));
		return false;
	}
	FILE *f = fopen(path, "r");
	if (f == NULL) {
		snprintf(why, whysz, "cannot read %s: %s", path, strerror(errno));
		return false;
	}
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return parse(r, text, why, whysz);
}

struct keyring *keyring_open(const char *spec, const char *dir, char *why, size_t whysz)
{
	struct keyring *r = calloc(1, sizeof(*r));
	char path[1024];

	if (r == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/jwt.secret", dir);
	if (*spec != '\0' ? parse(r, spec, why, whysz) : read_file(r, path, why, whysz))
		return r;
	keyring_free(r);
	return NULL;
}

void keyring_free(struct keyring *r)
{
	free(r);
}

const struct key *keyring_find(const struct keyring *r, const char *kid)
{
	if (kid == NULL)
		return &r->keys[0];
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->keys[i].kid, kid) == 0)
			return &r->keys[i];
	return NULL;
}
