#include "app.h"
#include "../lib/api/chat/chat.h"
#include "../lib/api/console/console.h"
#include "../lib/api/desk/desk.h"
#include "../lib/api/kefu/kefu.h"
#include "../lib/api/realtime/realtime.h"
#include "../lib/api/rooms/rooms.h"
#include "../lib/domain/maintenance.h"
#include "../lib/domain/queue.h"
#include "../lib/domain/webhook.h"

int app_main(const char *name, bool (*realtime)(struct ctx *, const struct request *, struct buf *), int argc, char **argv)
{
	static const struct contract *const contracts[] = { &chat_contract, &console_contract, &desk_contract, &kefu_contract,
							    &rooms_contract };
	const struct app app = { .name = name,
				 .contracts = contracts,
				 .n = COUNT(contracts),
				 .publish = realtime_publish,
				 .after = queue_settle,
				 .realtime = realtime,
				 .before_commit = webhook_outbox,
				 .open_ask = maintenance_ask,
				 .open_take = maintenance_take,
				 .open_check = maintenance_admits };

	return program_main(&app, argc, argv);
}
