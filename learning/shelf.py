"""What a facilitator reads about the packs of their group: the shelf, one version, what is wrong, what is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from community.refusals import NeedsConsent, Refusal
from content.pack_sheets import BadSheet
from content.texts import Texts
from learning import authoring
from learning.authoring import MOST_BYTES, Given, Listed, Made
from storage import post_office
from storage.database import Session
from storage.letters import Button, Draft, Upload, button, document, fetch
from storage.models import Group, Person
from storage.outbox import attach

CAME = "learning.sheet_fetched"
KILOBYTES = MOST_BYTES // 1000
PROBLEMS = 3_000  # characters of mistakes on one message
FILES = 10
Shown = tuple[str, list[list[Button]]]


def listed(group: Group, found: Sequence[Listed], say: Texts) -> Shown:
    """A group's packs, a button for each, and the way to the sample sheet."""
    lines = [
        say.plain("means.pack.line", title=one.title, status=_status(one.status, say), version=one.version)
        for one in found
    ]
    packs = "\n".join(lines) or say.plain("means.pack.none")
    rows = [
        [button(say.plain("means.pack.label", title=one.title, version=one.version)[:60], f"pk:{one.id}")]
        for one in found
    ]
    rows.append([button(say.plain("means.pack.template"), f"pktpl:{group.id}")])
    return say("means.pack.group", group=group.title, packs=packs), rows


def _status(status: str, say: Texts) -> str:
    return say.plain(f"means.pack.status.{status}")


def about(made: Made, say: Texts) -> Shown:
    """One version: what it is, how many follow it, and what may be done with it."""
    row, pack = made.row, made.pack
    words = say(
        "means.pack.about", title=pack.title(say.language), status=_status(row.status, say), version=row.version,
        description=pack.description(say.language), lessons=len(pack.lessons), practices=len(pack.practices),
    )  # fmt: skip
    if made.running:
        words = f"{words}\n\n{say('means.pack.running', n=made.running)}"
    names = {"preview": f"pv:{row.id}:0", "sheet": f"pksheet:{row.id}"}
    if row.status == "draft" and made.missing:
        names["add_files"] = f"pkfile:{row.id}"
    if row.status == "draft":
        names["publish"] = f"pkask:{row.id}:publish"
    if row.status != "retired":
        names["retire"] = f"pkask:{row.id}:retire"
    return words, [[button(say.plain(f"means.pack.{name}"), data)] for name, data in names.items()]


def asked(made: Made, act: str, say: Texts) -> Shown:
    """Before publishing or retiring: what that means. Any other word is taken for retiring (buttons can be forged)."""
    title, version = made.pack.title(say.language), made.row.version
    if act == "publish":
        words, yes = say("means.pack.really_publish", title=title, version=version), f"pkpub:{made.row.id}"
    else:
        act, words, yes = "retire", say("means.pack.really_retire", title=title), f"pkret:{made.row.id}"
    row = [button(say.plain(f"means.pack.yes_{act}"), yes), button(say.plain("common.no"), f"pk:{made.row.id}")]
    return words, [row]


def waits_for(made: Made, say: Texts) -> str:
    """The files that are still missing, and which comes first."""
    missing = made.missing
    if not missing:
        return say("means.pack.all_files")
    file, (_, place) = next(iter(missing.items()))
    lessons = (*made.pack.lessons, *made.pack.side)
    files = "\n".join(say.plain("means.pack.missing_line", file=one) for one in [*missing][:FILES])
    title = lessons[place].text(say.language).title
    return say("means.pack.missing", files=files, file=file, title=title)


def given(found: Given, say: Texts) -> str:
    """After a file: what comes next."""
    if not found.kept:
        return say("means.pack.wrong_kind", file=found.file, kind=say.plain(f"means.pack.kind.{found.kind}"))
    return f"{say('means.pack.file_kept', file=found.file)}\n\n{waits_for(found.made, say)}"


def kept(made: Made, say: Texts) -> Shown:
    """After a sheet: the draft, and what it waits for."""
    title = made.pack.title(say.language)
    words = say("means.pack.kept", title=title, version=made.row.version, lessons=len(made.pack.lessons))
    if made.missing:
        words = f"{words}\n\n{say('means.pack.missing_some', n=len(made.missing))}"
    return words, about(made, say)[1]


def wrong(problems: Sequence[tuple[str, str]], say: Texts) -> str:
    """Every mistake with its address, as far as one message holds them."""
    lines: list[str] = []
    for address, words in problems:
        key = "means.pack.bad_line" if address else "means.pack.bad_line_alone"
        line = say(key, address=address, words=words) if address else say(key, words=words)
        if sum(len(one) + 1 for one in lines) + len(line) > PROBLEMS:
            break
        lines.append(line)
    left = len(problems) - len(lines)
    return "\n".join([say("means.pack.bad"), *lines, *([say("means.pack.bad_more", n=left)] if left else [])])


async def send_in(session: Session, person: Person | None, group_id: int, file: Upload) -> Draft:
    """A sheet was sent: it is fetched, and comes back as CAME. Raises NeedsConsent, NotAllowed, and a Refusal."""
    await authoring.shelf(session, person, group_id, "id")
    ending = file.name.casefold().rpartition(".")[2]
    if ending not in ("xlsx", "csv") or file.size > MOST_BYTES or person is None:
        raise Refusal("means.pack.not_a_sheet", most=KILOBYTES)
    then = {"group": group_id, "name": file.name[:120]}
    return fetch(file, CAME, user_id=person.tg_user_id or 0, then_data=then, most=MOST_BYTES)


async def came(
    session: Session, person: Person | None, group_id: int, answer: dict[str, Any], say: Texts, now: datetime
) -> tuple[Made | None, str, list[list[Button]]]:
    """The file is here: the draft it became, or everything that is wrong in it.

    Raises NeedsConsent, NotAllowed, and what authoring.take refuses.
    """
    if person is None:
        raise NeedsConsent
    digest = str(answer["result"]["attachment"]) if answer.get("ok") else ""
    file = (await post_office.attachments(session, {digest})).get(digest) if digest else None
    if file is None or file.person_id != person.id:
        return None, say("means.pack.unread", most=KILOBYTES), []
    try:
        made = await authoring.take(session, person, group_id, file.name, file.content, say, now)
    except BadSheet as bad:
        rows = [[button(say.plain("means.pack.template"), f"pktpl:{group_id}")]]
        return None, wrong(bad.problems, say), rows
    words, rows = kept(made, say)
    return made, words, rows


async def template(
    session: Session, person: Person | None, group_id: int, chat_id: int, say: Texts, now: datetime
) -> Draft:  # fmt: skip
    """The sample sheet as a file. Raises NeedsConsent, NotAllowed."""
    await authoring.shelf(session, person, group_id, say.language)
    name = say.plain("means.pack.template_name")
    digest = await attach(session, name, authoring.template(), now)
    return document(chat_id, digest, say("means.pack.template_caption"))


async def its_sheet(
    session: Session, person: Person | None, version_id: int, chat_id: int, say: Texts, now: datetime
) -> Draft:  # fmt: skip
    """The sheet of one version as a file. Raises NeedsConsent, NotAllowed, Gone."""
    made = await authoring.opened(session, person, version_id)
    digest = await attach(session, f"{made.row.pack}-{made.row.version}.xlsx", authoring.sheet_of(made), now)
    caption = say("means.pack.sheet_caption", title=made.pack.title(say.language), version=made.row.version)
    return document(chat_id, digest, caption)
