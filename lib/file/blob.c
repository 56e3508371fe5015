#include "blob.h"
#include "../core/text.h"
#include "disk.h"
#include "strip.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Written in large pieces: a page cache is filled at several times the speed of small ones. */
enum { SHA256_BYTES = 32, GATHERED = 128 << 10, ON_ITS_WAY = 1 << 20 };

struct blob {
	int fd; /* -1 = closed */
	const char *dir;
	char *path;
	char sha256[2 * SHA256_BYTES + 1], name[BLOB_NAME];
	int64_t size;
	bool kept;
	struct strip *strip;
	char *gathered;
	size_t n;                 /* bytes of it */
	int64_t written, to_disk; /* of those before: how many the kernel has, how many it was asked to bring to the disk */
	EVP_MD_CTX *hash;         /* OpenSSL's uses the processor's own instructions, which sodium's does not */
};

static void drop(void *arg)
{
	struct blob *b = arg;

	if (b->fd >= 0)
		close(b->fd);
	EVP_MD_CTX_free(b->hash);
	if (!b->kept)
		unlink(b->path);
}

/* The disk works while the rest comes: only the end is left to wait for. */
static void start_writing(struct blob *b)
{
	if (b->written - b->to_disk < ON_ITS_WAY)
		return;
	int before = errno;
	sync_file_range(b->fd, b->to_disk, b->written - b->to_disk, SYNC_FILE_RANGE_WRITE); /* what fails is told by fsync() */
	errno = before;
	b->to_disk = b->written;
}

static bool flush(struct blob *b)
{
	size_t n = b->n;

	b->n = 0;
	if (EVP_DigestUpdate(b->hash, b->gathered, n) != 1 || disk_write(b->fd, b->gathered, n) != n)
		return false;
	b->written += (int64_t)n;
	start_writing(b);
	return true;
}

static bool put(void *arg, const void *data, size_t n)
{
	struct blob *b = arg;
	const char *s = data;

	b->size += (int64_t)n;
	for (size_t part; n > 0; s += part, n -= part) {
		part = n < GATHERED - b->n ? n : GATHERED - b->n;
		memcpy(b->gathered + b->n, s, part);
		b->n += part;
		if (b->n == GATHERED && !flush(b))
			return false;
	}
	return true;
}

char *blob_aside(struct arena *mem, const char *dir)
{
	if (!disk_folder(dir) || !disk_folder(arena_printf(mem, "%s/new", dir)))
		return NULL;
	return arena_printf(mem, "%s/new/%s", dir, random_id(mem, "", 22));
}

struct blob *blob_begin(struct arena *mem, const char *dir)
{
	struct blob *b = arena_alloc(mem, sizeof(*b));

	b->dir = arena_strdup(mem, dir);
	b->fd = -1;
	if ((b->path = blob_aside(mem, dir)) == NULL)
		return NULL;
	b->fd = open(b->path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	if (b->fd < 0)
		return NULL;
	if ((b->hash = EVP_MD_CTX_new()) == NULL)
		abort();
	b->strip = arena_alloc(mem, sizeof(*b->strip));
	b->gathered = arena_alloc(mem, GATHERED);
	strip_init(b->strip, put, b);
	arena_defer(mem, drop, b);
	return EVP_DigestInit_ex(b->hash, EVP_sha256(), NULL) == 1 ? b : NULL;
}

bool blob_write(struct blob *b, const void *data, size_t n)
{
	return strip_feed(b->strip, data, n);
}

struct blob *blob_copy(struct arena *mem, const char *dir, const char *path)
{
	struct blob *b = blob_begin(mem, dir);
	int from = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t got = -1;

	while (b != NULL && from >= 0 && (got = read(from, chunk, sizeof(chunk))) > 0)
		if (!blob_write(b, chunk, (size_t)got))
			break;
	if (from >= 0)
		close(from);
	return got == 0 ? b : NULL;
}

bool blob_finish(struct blob *b)
{
	unsigned char sum[SHA256_BYTES];
	bool good = strip_end(b->strip) && flush(b) && EVP_DigestFinal_ex(b->hash, sum, NULL) == 1;

	for (size_t i = 0; good && i < sizeof(sum); i++)
		snprintf(b->sha256 + 2 * i, 3, "%02x", sum[i]);
	snprintf(b->name, sizeof(b->name), "%.2s/%s", b->sha256, b->sha256 + 2);
	good = good && fsync(b->fd) == 0;
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
	if (b->kept) /* a transaction that is tried again */
		return true;
	if (!disk_folder(folder_name))
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
	if (strlen(sha256) != 2 * SHA256_BYTES)
		return true;
	const char *path = arena_printf(mem, "%s/%.2s/%s", dir, sha256, sha256 + 2), *aside;
	errno = 0;
	if (!written_before(path, ms) || (aside = blob_aside(mem, dir)) == NULL || rename(path, aside) != 0)
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
