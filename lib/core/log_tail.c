#include "log_tail.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 32 };

static size_t read_all(int fd, char *to, size_t n)
{
	size_t got = 0;
	ssize_t more;

	while (got < n && (more = read(fd, to + got, n - got)) > 0)
		got += (size_t)more;
	return got;
}

char *log_tail(struct arena *mem, const char *path, size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;

	if (size <= 0) {
		if (fd >= 0)
			close(fd);
		return arena_strdup(mem, "");
	}
	off_t begin = size > (off_t)most ? size - (off_t)most : 0;
	char *text = arena_alloc(mem, (size_t)(size - begin) + 1);
	size_t n = lseek(fd, begin, SEEK_SET) == begin ? read_all(fd, text, (size_t)(size - begin)) : 0;
	close(fd);
	text[n] = '\0';
	char *line = begin > 0 ? strchr(text, '\n') : NULL;
	return line != NULL ? line + 1 : text;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct list log_files(struct arena *mem, const char *dir)
{
	const char **paths = arena_alloc(mem, FILES_MAX * sizeof(*paths));
	struct list out = { paths, 0 };
	DIR *d = opendir(dir);

	for (struct dirent *e; d != NULL && out.n < FILES_MAX && (e = readdir(d)) != NULL;) {
		size_t n = strlen(e->d_name);
		if (n > 4 && strcmp(e->d_name + n - 4, ".log") == 0)
			paths[out.n++] = arena_printf(mem, "%s/%s", dir, e->d_name);
	}
	if (d != NULL)
		closedir(d);
	qsort(paths, out.n, sizeof(*paths), by_name);
	return out;
}
