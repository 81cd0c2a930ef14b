"""Methods about the bot itself: getMe, logOut, close."""

from playground.call import Call, method
from playground.shapes import user_json
from playground.state import Json


@method("getMe")
def get_me(call: Call) -> Json:
    """Who the bot is and what @BotFather lets it do."""
    return user_json(call.bot.user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


@method("logOut")
def log_out(call: Call) -> bool:
    """Leave the cloud server; the next call comes back in."""
    return True


@method("close")
def close(call: Call) -> bool:
    """Close the instance before it moves; the queue stays."""
    return True
