"""The menus of commands: who sees which, in both languages."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from community import rights
from community.roles import Role
from content.texts import LANGUAGES, Texts
from storage.letters import Draft, Lane, Policy

_TEACHER = frozenset({Role.TEACHER})
_ACCOMPANY = rights.ALLOWED[rights.Action.SEE_DIGEST]
_FACILITATOR = frozenset({Role.FACILITATOR})
_ACCOMPANIES = frozenset({Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR, Role.PRINCIPAL, Role.FACILITATOR})
_REPORT = rights.ALLOWED[rights.Action.SEE_REPORT]
_BROADCAST = frozenset({Role.FACILITATOR, Role.COURSE_FACILITATOR})
_COUNTS = rights.ALLOWED[rights.Action.SEE_COUNTS]
_SURVEYS = rights.ALLOWED[rights.Action.SURVEY] | rights.ALLOWED[rights.Action.SURVEY_COACHING]
_DAYS = frozenset({Role.FACILITATOR, Role.PRINCIPAL})
_EVERYBODY = frozenset[Role]()
FIRST, _FEW = 6, 8  # commands that /bantuan names at once; so many are no wall of words either


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, its English alias, and the roles whose menu shows it (none named: everybody's).

    `teachers`: who only teaches reads other words about it, `<name>_teacher`.
    """

    name: str
    alias: str
    roles: frozenset[Role] = _EVERYBODY
    teachers: bool = False


# In the order of the menu: what is used daily comes first.
COMMANDS = (
    Entry("hariini", "today", _TEACHER),
    Entry("refleksi", "reflect", _TEACHER),
    Entry("jurnal", "journal", _TEACHER),
    Entry("portofolio", "portfolio", _TEACHER),
    Entry("sertifikat", "certificate", _TEACHER),
    Entry("cuti", "leave", _TEACHER),
    Entry("umpanbalik", "feedback", _TEACHER),
    Entry("karya", "piece", _TEACHER),
    Entry("pasangan", "pairs", _TEACHER),
    Entry("kesiapan", "readiness", _TEACHER | _ACCOMPANY),
    Entry("coaching", "coach", _TEACHER | _ACCOMPANIES),
    Entry("pertemuan", "meeting", _TEACHER | _ACCOMPANIES),
    Entry("rhk", "plan", _TEACHER | _DAYS),
    Entry("siapa", "who", _ACCOMPANIES - _FACILITATOR),
    Entry("ringkasan", "digest", _ACCOMPANY),
    Entry("laporan", "report", _REPORT),
    Entry("gabung", "join", _FACILITATOR),
    Entry("anggota", "members", _FACILITATOR),
    Entry("berkas", "papers", rights.ALLOWED[rights.Action.MAKE_PAPERS]),
    Entry("dasbor", "dashboard", _REPORT | _COUNTS),
    Entry("konsultasi", "questions", _ACCOMPANIES),
    Entry("pekan", "week", _FACILITATOR | _COUNTS),
    Entry("undang", "invite", _FACILITATOR),
    Entry("tinjau", "review", rights.ALLOWED[rights.Action.CORRECT_TAG]),
    Entry("impor", "import", rights.ALLOWED[rights.Action.IMPORT]),
    Entry("paket", "pack", _FACILITATOR),
    Entry("titip", "entrust", _FACILITATOR),
    Entry("pendampingan", "accompany", rights.ALLOWED[rights.Action.SEE_ASSIGNED]),
    Entry("denyut", "pulse", _FACILITATOR),
    Entry("bagikan", "passon", _FACILITATOR),
    Entry("survei", "survey", _TEACHER | _SURVEYS, teachers=True),
    Entry("libur", "holiday", _DAYS),
    Entry("sebar", "broadcast", _BROADCAST),
    Entry("program", "programme", _TEACHER | _FACILITATOR, teachers=True),
    Entry("cari", "find", _TEACHER | _ACCOMPANIES),
    Entry("selesai", "solved", _TEACHER),
    Entry("jadwal", "schedule"),
    Entry("bantuan", "help"),
    Entry("bahasa", "language"),
    Entry("privasi", "privacy"),
    Entry("dataku", "mydata"),
    Entry("hapusdata", "deleteme"),
    Entry("batal", "cancel"),
    Entry("mulai", "start"),
)
IN_GROUPS = (
    Entry("cari", "find"), Entry("selesai", "solved"), Entry("aturgrup", "setup"), Entry("gabung", "join"),
    Entry("bantuan", "help"), Entry("privasi", "privacy"),
)  # fmt: skip

# Every name and alias, and the command to suggest for it.
NAMES = {name: entry.name for entry in (*COMMANDS, *IN_GROUPS) for name in (entry.name, entry.alias)}


def commands_for(roles: Collection[Role], language: str) -> list[dict[str, str]]:
    """The menu in private for somebody with these roles, as Telegram's list of BotCommand."""
    return _described(_of(roles), language, roles)


def first_for(roles: Collection[Role], language: str) -> list[dict[str, str]]:
    """The FIRST of them, for /bantuan; of somebody who both teaches and leads, some of each. All where they are few."""
    mine = _of(roles)
    if len(mine) <= _FEW:
        return _described(mine, language, roles)
    leading = [entry for entry in mine if entry.roles and Role.TEACHER not in entry.roles]
    others = [entry for entry in mine if entry not in leading]
    led = leading[: FIRST // 2 if Role.TEACHER in roles else FIRST]
    chosen = [*led, *others[: FIRST - len(led)]]
    return _described([entry for entry in mine if entry in chosen], language, roles)


def _of(roles: Collection[Role]) -> list[Entry]:
    return [entry for entry in COMMANDS if not entry.roles or not entry.roles.isdisjoint(roles)]


def _described(entries: Collection[Entry], language: str, roles: Collection[Role] = ()) -> list[dict[str, str]]:
    """In the words of the language: whoever reads English is offered /today, and /hariini goes on working."""
    say, english = Texts(language), language == "en"
    return [
        {
            "command": entry.alias if english else entry.name,
            "description": say.plain(f"community.command.{_words(entry, roles)}"),
        }
        for entry in entries
    ]


def _words(entry: Entry, roles: Collection[Role]) -> str:
    return f"{entry.name}_teacher" if entry.teachers and Role.FACILITATOR not in roles else entry.name


def _draft(key: str, scope: dict[str, object], commands: list[dict[str, str]], language: str = "") -> Draft:
    params: dict[str, object] = {"scope": scope, "commands": commands}
    if language:
        params["language_code"] = language
    return Draft("setMyCommands", params, key=key, lane=Lane.BROADCAST, policy=Policy.REPEAT)


def drafts(day: date, not_after: datetime) -> list[Draft]:
    """The menus everybody sees, for start-up: at most once a day.

    Telegram shows the one without a language to everyone whose language has none of its own: Indonesian.
    """
    made = []
    for language in LANGUAGES:
        code = "" if language == LANGUAGES[0] else language
        private, groups = commands_for((), language), _described(IN_GROUPS, language)
        key = f"menu:{day.isoformat()}:{language}"
        made.append(_draft(f"{key}:default", {"type": "default"}, private, code))
        made.append(_draft(f"{key}:groups", {"type": "all_group_chats"}, groups, code))
    return [replace(draft, not_after=not_after) for draft in made]


def private(chat_id: int, roles: Collection[Role], language: str) -> Draft:
    """The menu of one private chat, when roles or language change."""
    return _draft("", {"type": "chat", "chat_id": chat_id}, commands_for(roles, language))
