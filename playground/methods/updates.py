"""How a bot gets its updates: getUpdates, setWebhook, deleteWebhook, getWebhookInfo.

Left out are TBA's guards against hasty polling (a repeated offset within 3 s waits longer, a second conflict is
answered 3 s late): they cost real time and change nothing that a client may rely on.
"""

import asyncio

from playground.call import Call, method
from playground.limits import LONG_POLL_SECONDS, UPDATES_PER_ANSWER
from playground.refusal import conflict
from playground.state import Json

_TAKEN = "terminated by other getUpdates request; make sure that only one bot instance is running"
_HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@method("getUpdates")
async def get_updates(call: Call) -> list[Json]:
    """Updates from ``offset`` on; waits up to ``timeout`` real seconds when there are none."""
    bot, args = call.bot, call.args
    if bot.webhook is not None:
        raise conflict(_HOOKED)
    if bot.poll is not None and not bot.poll.done():
        bot.poll.set_result(False)
    if args.has("allowed_updates"):
        bot.queue.allow(_names(call))
    offset = args.number("offset")
    limit = args.number("limit", UPDATES_PER_ANSWER, 1, UPDATES_PER_ANSWER) or UPDATES_PER_ANSWER
    timeout = args.number("timeout", 0, 0, LONG_POLL_SECONDS)
    bot.queue.expire(call.world.now())
    bot.queue.confirm(offset)
    if not bot.queue.waiting and timeout > 0:
        await _wait(call, timeout)
        bot.queue.expire(call.world.now())
    return bot.queue.take(limit)


def _names(call: Call) -> object:
    try:
        return call.args.json("allowed_updates", "")
    except Exception:
        return None  # Telegram ignores a list that it cannot read


async def _wait(call: Call, timeout: float) -> None:
    """Wait for the next update. Raises 409 when another getUpdates comes in meanwhile."""
    bot = call.bot
    mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    bot.poll = mine
    try:
        stays = await asyncio.wait_for(mine, timeout)
    except TimeoutError:
        stays = True
    finally:
        if bot.poll is mine:
            bot.poll = None
    if not stays:
        raise conflict(_TAKEN)
