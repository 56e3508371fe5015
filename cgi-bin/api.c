#include "../lib/api/realtime/realtime.h"
#include "app.h"

int main(int argc, char **argv)
{
	return app_main("api", realtime_answer, argc, argv);
}
