#include "blob.h"
#include "../core/text.h"
#include "strip.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct blob {
	int fd; /* -1 = closed */
	const char *dir;
	char *path;
	char sha256[crypto_hash_sha256_BYTES * 2 + 1], name[BLOB_NAME];
	int64_t size;
	bool kept;
	struct strip *strip;
	crypto_hash_sha256_state hash;
};

static void drop(void *arg)
{
	struct blob *b = arg;

	if (b->fd >= 0)
		close(b->fd);
	if (!b->kept)
		unlink(b->path);
}

static bool folder(const char *path)
{
	return mkdir(path, 0750) == 0 || errno == EEXIST;
}

static bool put(void *arg, const void *data, size_t n)
{
	struct blob *b = arg;
	const char *s = data;

	crypto_hash_sha256_update(&b->hash, data, n);
	b->size += (int64_t)n;
	while (n > 0) {
		ssize_t done = write(b->fd, s, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		s += done;
		n -= (size_t)done;
	}
	return true;
}

struct blob *blob_begin(struct arena *mem, const char *dir)
{
	struct blob *b = arena_alloc(mem, sizeof(*b));

	b->dir = arena_strdup(mem, dir);
	b->path = arena_printf(mem, "%s/new/%s", dir, random_id(mem, "", 22));
	b->fd = -1;
	if (!folder(dir) || !folder(arena_printf(mem, "%s/new", dir)))
		return NULL;
	b->fd = open(b->path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	if (b->fd < 0)
		return NULL;
	crypto_hash_sha256_init(&b->hash);
	b->strip = arena_alloc(mem, sizeof(*b->strip));
	strip_init(b->strip, put, b);
	arena_defer(mem, drop, b);
	return b;
}

bool blob_write(struct blob *b, const void *data, size_t n)
{
	return strip_feed(b->strip, data, n);
}

bool blob_finish(struct blob *b)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	bool good = strip_end(b->strip);

	crypto_hash_sha256_final(&b->hash, sum);
	sodium_bin2hex(b->sha256, sizeof(b->sha256), sum, sizeof(sum));
	snprintf(b->name, sizeof(b->name), "%.2s/%s", b->sha256, b->sha256 + 2);
	good = fsync(b->fd) == 0 && good;
	good = close(b->fd) == 0 && good;
	b->fd = -1;
	return good;
}

const char *blob_path(const struct blob *b)
{
	return b->path;
}

const char *blob_name(const struct blob *b)
{
	return b->name;
}

const char *blob_sha256(const struct blob *b)
{
	return b->sha256;
}

int64_t blob_size(const struct blob *b)
{
	return b->size;
}

static bool sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

bool blob_keep(struct blob *b)
{
	char folder_name[4096], to[4200];

	snprintf(folder_name, sizeof(folder_name), "%s/%.2s", b->dir, b->sha256);
	snprintf(to, sizeof(to), "%s/%s", b->dir, b->name);
	if (!folder(folder_name))
		return false;
	if (rename(b->path, to) != 0) /* over the same bytes, if they are there already: a reader sees either, whole */
		return false;
	b->kept = true;
	return sync_folder(folder_name);
}

static bool written_before(const char *path, int64_t ms)
{
	struct stat st;

	return stat(path, &st) == 0 && (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 < ms;
}

bool blob_drop(struct arena *mem, const char *dir, const char *sha256, int64_t ms)
{
	if (strlen(sha256) != crypto_hash_sha256_BYTES * 2)
		return true;
	const char *path = arena_printf(mem, "%s/%.2s/%s", dir, sha256, sha256 + 2),
		   *aside = arena_printf(mem, "%s/new/%s", dir, random_id(mem, "", 22));
	errno = 0;
	if (!written_before(path, ms) || !folder(arena_printf(mem, "%s/new", dir)) || rename(path, aside) != 0)
		return errno == ENOENT;
	/* Looked at once more where nobody puts the same bytes in its place. */
	if (written_before(aside, ms))
		return unlink(aside) == 0;
	if (rename(aside, path) == 0)
		errno = 0;
	return false;
}

void blob_tidy(struct arena *mem, const char *dir, int64_t before)
{
	const char *folder_name = arena_printf(mem, "%s/new", dir);
	DIR *all = opendir(folder_name);
	const struct dirent *e;

	while (all != NULL && (e = readdir(all)) != NULL) {
		const char *path = arena_printf(mem, "%s/%s", folder_name, e->d_name);
		if (e->d_name[0] != '.' && written_before(path, before))
			unlink(path);
	}
	if (all != NULL)
		closedir(all);
}
