"""The simulator's numbers are those that python-telegram-bot lists."""

import pytest
from telegram import constants

from playground import limits


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (limits.MESSAGE_TEXT, constants.MessageLimit.MAX_TEXT_LENGTH),
        (limits.CAPTION, constants.MessageLimit.CAPTION_LENGTH),
        (limits.ENTITIES, constants.MessageLimit.MESSAGE_ENTITIES),
        (limits.DEEP_LINK, constants.MessageLimit.DEEP_LINK_LENGTH),
        (limits.CALLBACK_DATA_BYTES, constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        (limits.COPY_TEXT, constants.InlineKeyboardButtonLimit.MAX_COPY_TEXT),
        (limits.BUTTONS, constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        (limits.BUTTONS_PER_ROW, constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW),
        (limits.CALLBACK_ANSWER, constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
        (limits.POLL_QUESTION, constants.PollLimit.MAX_QUESTION_LENGTH),
        (limits.POLL_OPTION, constants.PollLimit.MAX_OPTION_LENGTH),
        (limits.POLL_OPTIONS_MIN, constants.PollLimit.MIN_OPTION_NUMBER),
        (limits.POLL_OPTIONS_MAX, constants.PollLimit.MAX_OPTION_NUMBER),
        (limits.POLL_EXPLANATION, constants.PollLimit.MAX_EXPLANATION_LENGTH),
        (limits.POLL_EXPLANATION_LINES, constants.PollLimit.MAX_EXPLANATION_LINE_FEEDS),
        (limits.POLL_OPEN_SECONDS[0], constants.PollLimit.MIN_OPEN_PERIOD),
        (limits.POLL_OPEN_SECONDS[1], constants.PollLimit.MAX_OPEN_PERIOD),
        (limits.COMMAND, constants.BotCommandLimit.MAX_COMMAND),
        (limits.COMMAND_DESCRIPTION, constants.BotCommandLimit.MAX_DESCRIPTION),
        (limits.COMMANDS, constants.BotCommandLimit.MAX_COMMAND_NUMBER),
        (limits.TOPIC_NAME, constants.ForumTopicLimit.MAX_NAME_LENGTH),
        (limits.CHAT_TITLE, constants.ChatLimit.MAX_CHAT_TITLE_LENGTH),
        (limits.CHAT_DESCRIPTION, constants.ChatLimit.CHAT_DESCRIPTION_LENGTH),
        (limits.MEDIA_GROUP[0], constants.MediaGroupLimit.MIN_MEDIA_LENGTH),
        (limits.MEDIA_GROUP[1], constants.MediaGroupLimit.MAX_MEDIA_LENGTH),
        (limits.BULK_IDS, constants.BulkRequestLimit.MAX_LIMIT),
        (limits.SECRET_TOKEN, constants.WebhookLimit.MAX_SECRET_TOKEN_LENGTH),
        (limits.WEBHOOK_CONNECTIONS[0], constants.WebhookLimit.MIN_CONNECTIONS_LIMIT),
        (limits.WEBHOOK_CONNECTIONS[1], constants.WebhookLimit.MAX_CONNECTIONS_LIMIT),
        (set(limits.WEBHOOK_PORTS), {int(port) for port in constants.SUPPORTED_WEBHOOK_PORTS}),
        (limits.BOT_NAME, constants.BotNameLimit.MAX_NAME_LENGTH),
        (limits.BOT_DESCRIPTION, constants.BotDescriptionLimit.MAX_DESCRIPTION_LENGTH),
        (limits.BOT_SHORT_DESCRIPTION, constants.BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH),
        (limits.UPDATES_PER_ANSWER, constants.PollingLimit.MAX_LIMIT),
        (limits.PER_SECOND, constants.FloodLimit.MESSAGES_PER_SECOND),
        (limits.PER_CHAT_PER_SECOND, constants.FloodLimit.MESSAGES_PER_SECOND_PER_CHAT),
        (limits.PER_GROUP_PER_MINUTE, constants.FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
        (limits.UPLOAD_PHOTO, constants.FileSizeLimit.PHOTOSIZE_UPLOAD),
        (limits.UPLOAD_OTHER, constants.FileSizeLimit.FILESIZE_UPLOAD),
        (limits.ANONYMOUS_ADMIN, constants.ChatID.ANONYMOUS_ADMIN),
        (limits.SERVICE_ACCOUNT, constants.ChatID.SERVICE_CHAT),
        (limits.CHANNEL_BOT, constants.ChatID.FAKE_CHANNEL),
        (limits.PLACEHOLDER, constants.ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER),
    ],
)
def test_a_limit_equals_the_one_of_python_telegram_bot(ours: object, theirs: object) -> None:
    assert ours == theirs
