#include "../lib/api/chat/chat.h"
#include "../lib/api/console/console.h"
#include "../lib/api/desk/desk.h"
#include "../lib/api/kefu/kefu.h"
#include "../lib/api/realtime/realtime.h"
#include "../lib/domain/maintenance.h"
#include "../lib/domain/webhook.h"

int main(int argc, char **argv)
{
	static const struct contract *const contracts[] = { &chat_contract, &console_contract, &desk_contract, &kefu_contract };
	static const struct app app = { .name = "api",
					.contracts = contracts,
					.n = COUNT(contracts),
					.publish = realtime_publish,
					.realtime = realtime_answer,
					.before_commit = webhook_outbox,
					.open_ask = maintenance_ask,
					.open_take = maintenance_take,
					.open_check = maintenance_admits };

	return program_main(&app, argc, argv);
}
