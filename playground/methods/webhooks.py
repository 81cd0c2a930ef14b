"""setWebhook, deleteWebhook and getWebhookInfo."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from playground.call import Call, method
from playground.limits import SECRET_TOKEN, WEBHOOK_CONNECTIONS, WEBHOOK_CONNECTIONS_DEFAULT, WEBHOOK_PORTS
from playground.refusal import bad
from playground.state import Json
from playground.webhook import Webhook

_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """Deliver updates to an address from now on. An empty address takes the webhook away."""
    args, bot = call.args, call.bot
    url = args.text("url").strip()
    secret = args.text("secret_token")
    if not url:
        return await _unhook(call)
    if len(secret) > SECRET_TOKEN:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    _check_address(url)
    connections = args.number("max_connections", WEBHOOK_CONNECTIONS_DEFAULT, *WEBHOOK_CONNECTIONS)
    if args.has("allowed_updates"):
        bot.queue.allow(_names(call))
    if args.flag("drop_pending_updates"):
        bot.queue.waiting.clear()
    old = bot.webhook
    same = old is not None and (old.url, old.secret, old.connections) == (url, secret, connections)
    call.note = "Webhook is already set" if same else "Webhook was set"
    if not same:
        bot.webhook = Webhook(call.world, bot, url, secret, connections)
        if old is not None:
            await old.stop()
        if bot.poll is not None and not bot.poll.done():
            bot.poll.set_result(False)
        bot.webhook.wake()
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """Back to getUpdates; what was not delivered waits there."""
    return await _unhook(call)


async def _unhook(call: Call) -> bool:
    bot = call.bot
    if call.args.flag("drop_pending_updates"):
        bot.queue.waiting.clear()
    if bot.webhook is None:
        call.note = "Webhook is already deleted"
        return True
    old, bot.webhook = bot.webhook, None
    await old.stop()
    call.note = "Webhook was deleted"
    return True


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> Json:
    """How delivery is going."""
    bot = call.bot
    bot.queue.expire(call.world.now())
    hook = bot.webhook
    info: Json = {"url": hook.url if hook is not None else "", "has_custom_certificate": False}
    info["pending_update_count"] = len(bot.queue.waiting)
    if hook is not None:
        info["max_connections"] = hook.connections
        if hook.last_error is not None:
            info["last_error_date"], info["last_error_message"] = hook.last_error
    if bot.queue.listed:
        info["allowed_updates"] = bot.queue.listed
    return info


def _check_address(url: str) -> None:
    """Telegram's rules, but for one: http:// on this very machine is allowed, since nothing here leaves it."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if not host:
        raise bad("invalid webhook URL specified")
    if parts.scheme == "http" and host in ("127.0.0.1", "localhost"):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in WEBHOOK_PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    try:
        address = ip_address(host)
    except ValueError:
        raise bad("bad webhook: Failed to resolve host: Name or service not known") from None
    if not address.is_global:
        raise bad(f"bad webhook: IP address {address} is reserved")
    raise bad("bad webhook: Connection refused")  # there is no way out of the playground


def _names(call: Call) -> object:
    try:
        return call.args.json("allowed_updates", "")
    except Exception:
        return None  # Telegram ignores a list that it cannot read
