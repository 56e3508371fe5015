#include "../lib/api/chat/chat.h"
#include "../lib/api/console/console.h"
#include "../lib/api/desk/desk.h"
#include "../lib/api/kefu/kefu.h"
#include "../lib/api/realtime/realtime.h"
#include "../lib/domain/webhook.h"

int main(int argc, char **argv)
{
	static const struct contract *const contracts[] = { &chat_contract, &console_contract, &desk_contract, &kefu_contract };
	static const struct app app = { "api", contracts, COUNT(contracts), realtime_publish, realtime_answer, webhook_outbox };

	return program_main(&app, argc, argv);
}
