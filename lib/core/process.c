#include "process.h"
#include <stdio.h>
#include <unistd.h>

int64_t process_resident(int64_t pid)
{
	char path[48];
	long long all, resident = 0;

	snprintf(path, sizeof(path), "/proc/%lld/statm", (long long)pid);
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%lld %lld", &all, &resident) != 2)
		resident = 0;
	fclose(f);
	return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

int64_t process_family(int64_t pid, int64_t *n)
{
	char path[80];
	long long child;
	int64_t sum = process_resident(pid), one;

	*n = sum > 0;
	snprintf(path, sizeof(path), "/proc/%lld/task/%lld/children", (long long)pid, (long long)pid);
	FILE *f = sum > 0 ? fopen(path, "re") : NULL;
	if (f == NULL)
		return sum;
	while (fscanf(f, "%lld", &child) == 1)
		if ((one = process_resident(child)) > 0) {
			sum += one;
			++*n;
		}
	fclose(f);
	return sum;
}
