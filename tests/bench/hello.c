/* The reference: a FastCGI program that does nothing, N processes on one unix socket. hello SOCKET N */
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void serve(void)
{
	FCGX_Request r;
	static char body[65536];

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		exit(1);
	while (FCGX_Accept_r(&r) == 0) {
		while (FCGX_GetStr(body, sizeof(body), r.in) > 0)
			; /* taken, and not looked at */
		FCGX_Detach(&r);
		FCGX_PutS("Content-Type: text/plain\r\n\r\nhello, this is 28 bytes long", r.out);
		FCGX_Finish_r(&r);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	int fd = argc > 2 ? FCGX_OpenSocket(argv[1], 4096) : -1;

	if (fd < 0 || dup2(fd, 0) < 0 || chmod(argv[1], 0666) != 0)
		return 1;
	for (long i = strtol(argv[2], NULL, 10); i > 0; i--)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve();
		}
	signal(SIGTERM, SIG_DFL);
	pause();
	return 0;
}
