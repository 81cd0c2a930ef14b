"""All tables, so that foreign keys may cross subjects and Alembic sees every one."""

from storage.models.conversation import Message
from storage.models.groups import Group, GroupChat, MessageCount, School
from storage.models.learning import Delivery, Enrolment, Question, Reflection, Trial
from storage.models.people import Consent, ConsentRequest, Invitation, Membership, Person
from storage.models.post import Arrival, Attachment, BotAccount, ConversationState, Letter

__all__ = [
    "Arrival",
    "Attachment",
    "BotAccount",
    "Consent",
    "ConsentRequest",
    "ConversationState",
    "Delivery",
    "Enrolment",
    "Group",
    "GroupChat",
    "Invitation",
    "Letter",
    "Membership",
    "Message",
    "MessageCount",
    "Person",
    "Question",
    "Reflection",
    "School",
    "Trial",
]
