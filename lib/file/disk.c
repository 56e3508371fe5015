#include "disk.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

bool disk_folder(const char *path)
{
	return mkdir(path, 0750) == 0 || errno == EEXIST;
}

size_t disk_write(int fd, const void *data, size_t n)
{
	const char *s = data;
	size_t at = 0;

	while (at < n) {
		ssize_t done = write(fd, s + at, n - at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			break;
		at += (size_t)done;
	}
	return at;
}
