#include "partial.h"
#include "disk.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char *place(struct arena *mem, const char *dir, const char *id)
{
	return arena_printf(mem, "%s/part/%s", dir, id);
}

int64_t partial_size(struct arena *mem, const char *dir, const char *id)
{
	struct stat st;

	if (stat(place(mem, dir, id), &st) == 0)
		return st.st_size;
	return errno == ENOENT ? 0 : -1;
}

static void let_go(void *arg)
{
	struct partial *p = arg;

	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

/* Held, and still there: who held it before may have removed it. */
static bool hold(struct partial *p)
{
	struct stat st;

	if (flock(p->fd, LOCK_EX | LOCK_NB) != 0 || fstat(p->fd, &st) != 0)
		return false;
	p->size = st.st_size;
	errno = EWOULDBLOCK;
	return st.st_nlink > 0;
}

bool partial_open(struct arena *mem, const char *dir, const char *id, struct partial *out)
{
	struct partial *p = arena_alloc(mem, sizeof(*p));

	p->path = place(mem, dir, id);
	p->fd = -1;
	if (!disk_folder(dir) || !disk_folder(arena_printf(mem, "%s/part", dir)))
		return false;
	p->fd = open(p->path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0640);
	arena_defer(mem, let_go, p);
	if (p->fd < 0 || !hold(p))
		return false;
	*out = *p;
	return true;
}

bool partial_append(struct partial *p, const void *data, size_t n)
{
	size_t done = disk_write(p->fd, data, n);

	p->size += (int64_t)done;
	return done == n;
}

static void drop(void *arg)
{
	struct partial *p = arg;

	unlink(p->path);
	let_go(p);
}

bool partial_beside(struct arena *mem, const struct partial *p, struct partial *out)
{
	struct partial *b = arena_alloc(mem, sizeof(*b));

	b->path = arena_printf(mem, "%s.unsure", p->path);
	b->fd = open(b->path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0640);
	if (b->fd < 0)
		return false;
	arena_defer(mem, drop, b);
	*out = *b;
	return true;
}

bool partial_join(struct partial *p, const struct partial *beside)
{
	char chunk[65536];
	ssize_t got = lseek(beside->fd, 0, SEEK_SET) == 0 ? 1 : -1;

	while (got > 0 && (got = read(beside->fd, chunk, sizeof(chunk))) > 0)
		if (!partial_append(p, chunk, (size_t)got))
			return false;
	return got == 0;
}

bool partial_sync(struct partial *p)
{
	return fdatasync(p->fd) == 0;
}

void partial_remove(struct partial *p)
{
	unlink(p->path);
}

static void sweep_one(const char *path, int64_t before)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (int64_t)st.st_mtim.tv_sec * 1000 < before &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlink(path);
	close(fd);
}

void partial_sweep(struct arena *mem, const char *dir, int64_t before)
{
	DIR *d = opendir(arena_printf(mem, "%s/part", dir));
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			sweep_one(place(mem, dir, e->d_name), before);
	if (d != NULL)
		closedir(d);
}
