/* The API again, on a socket of its own: the web server sends uploads and downloads here, so that they never occupy a worker that
   answers messages. */
#include "app.h"

int main(int argc, char **argv)
{
	return app_main("files", NULL, argc, argv);
}
