"""The weekly synthesis in words: for the group, for WhatsApp, and for the facilitator who may pass things on."""

from collections.abc import Sequence

from community import people
from community.notes import clipped, in_a_line
from content.texts import Texts
from learning.exchange import Passed
from learning.readers import listed
from learning.synthesis_facts import MOST, Week
from learning.targets import Target
from storage.letters import Button, button
from storage.models import Person, Piece

QUOTE, TITLE, NAME = 140, 70, 40  # characters; with them the longest week fits into one message
PLAIN = 700  # characters that a WhatsApp link takes comfortably
NAMES = 15  # whom to thank by name; the others are thanked as others


def html(week: Week, say: Texts) -> str:
    """The group's week as Telegram HTML: what was shared, tried, asked, solved, passed on, and whom to thank."""
    parts = [say("peers.synthesis.title", group=week.group.title)]
    for name, lines in (
        ("shared", _shared(week, say)),
        ("tried", _tried(week, say)),
        ("asked", _asked(week, say)),
        ("open", _open(week, say)),
        ("elsewhere", [_passed(one, say) for one in week.passed]),
        ("thanks", _thanks(week, say)),
    ):
        if lines:
            parts.append("\n".join([say(f"peers.synthesis.heading.{name}"), *lines]))
    parts.append(say("peers.synthesis.close"))
    return "\n\n".join(parts)


def _shared(week: Week, say: Texts) -> list[str]:
    lines = [say("peers.synthesis.resources", n=week.resources)] if week.resources else []
    lines += [say("peers.synthesis.collected", n=week.talk.collected.shared)] if week.talk.collected.shared else []
    lines += [say("peers.synthesis.piece", **_piece(piece, say), name=_name(owner, say))
              for piece, owner in week.pieces[:MOST]]  # fmt: skip
    lines += [say("peers.synthesis.more_pieces", n=len(week.pieces) - MOST)] if len(week.pieces) > MOST else []
    lines += [say("peers.synthesis.reflections", n=week.reflections)] if week.reflections else []
    return lines + [
        say("peers.synthesis.quote", words=_short(text), name=_name(person, say)) for text, person in week.quotes
    ]


def _piece(piece: Piece, say: Texts) -> dict[str, str]:
    return {"kind": say.plain(f"peers.piece.kind.{piece.kind}"), "title": clipped(piece.title, QUOTE)}


def _name(person: Person, say: Texts) -> str:
    return clipped(people.display(person, say), NAME)


def _short(text: str) -> str:
    return clipped(in_a_line(text), QUOTE)


def _tried(week: Week, say: Texts) -> list[str]:
    return [say("peers.synthesis.tried", n=week.tried, of=week.teachers)] if week.tried else []


def _asked(week: Week, say: Texts) -> list[str]:
    """How many questions the talk held, and those that were kept with their answers, by what they are called."""
    lines = [say("peers.synthesis.asked", **week.talk.counts())] if week.talk.asked else []
    solved = week.talk.collected.solved
    lines += [say("peers.synthesis.solved", title=clipped(in_a_line(title), TITLE)) for title in solved[:MOST]]
    return lines + ([say("peers.synthesis.more_solved", n=len(solved) - MOST)] if len(solved) > MOST else [])


def _open(week: Week, say: Texts) -> list[str]:
    quoted = week.open
    lines = [
        say("peers.synthesis.question", words=_short(words), name=_name(person, say)) for words, person in quoted[:MOST]
    ]
    more = len(week.questions) + len(week.talk.waiting) - min(len(quoted), MOST)
    return lines + ([say("peers.synthesis.more_questions", n=more)] if lines and more > 0 else [])


def _passed(one: Passed, say: Texts) -> str:
    what = (
        say.plain("peers.synthesis.passed_piece", **_piece(one.piece, say))
        if one.piece is not None
        else say.plain("learning.quoted", words=_short((one.reflection.text if one.reflection else None) or ""))
    )
    if one.author is None:
        return say("peers.synthesis.passed", group=clipped(one.group.title, NAME), what=what)
    return say(
        "peers.synthesis.passed_by", group=clipped(one.group.title, NAME), what=what, name=_name(one.author, say)
    )


def _thanks(week: Week, say: Texts) -> list[str]:
    if not week.thanks:
        return []
    names = [_name(person, say) for person in week.thanks[:NAMES]]
    others = len(week.thanks) - NAMES
    if others > 0:
        names.append(say.plain("peers.synthesis.others", n=others))
    return [say("peers.synthesis.thanks", names=listed(names, say))]


def buttons(week: Week, say: Texts, day: str) -> list[list[Button]]:
    """Open what came from elsewhere as a file, and pass the synthesis on to WhatsApp; ``day`` is its week."""
    keys = [
        [button(f"{say.plain('peers.button.look')}: {clipped(one.piece.title, 40)}", f"look:{one.piece.id}")]
        for one in week.passed
        if one.piece is not None
    ]
    return [*keys, [button(say.plain("learning.button.share"), f"sharesyn:{week.group.id}:{day}")]]


def plain(week: Week, say: Texts) -> str:
    """For WhatsApp, where other people read: counts and titles, nobody's words and nobody's name; at most PLAIN."""
    lines = [say.plain("peers.synthesis.plain.title", group=clipped(week.group.title, 60))]
    lines += [say.plain("peers.synthesis.plain.resources", n=week.resources)] if week.resources else []
    gained = week.talk.collected.shared
    lines += [say.plain("peers.synthesis.plain.collected", n=gained)] if gained else []
    lines += [say.plain("peers.synthesis.plain.pieces", n=len(week.pieces))] if week.pieces else []
    lines += [say.plain("peers.synthesis.plain.reflections", n=week.reflections)] if week.reflections else []
    lines += [say.plain("peers.synthesis.plain.tried", n=week.tried, of=week.teachers)] if week.tried else []
    lines += [say.plain("peers.synthesis.plain.questions", n=len(week.questions))] if week.questions else []
    lines += [say.plain("peers.synthesis.plain.asked", **week.talk.counts())] if week.talk.asked else []
    lines += [say.plain("peers.synthesis.plain.thanks", n=len(week.thanks))] if week.thanks else []
    return clipped("\n".join([*lines, say.plain("peers.synthesis.plain.close")]), PLAIN)


def to_facilitator(group: str, offered: Sequence[Target], say: Texts) -> tuple[str, list[list[Button]]]:
    """What a facilitator may pass on to the other groups, a button for each."""
    lines = [say("peers.exchange.line", name=_name(one.author, say), words=one.title(say, QUOTE)) for one in offered]
    keys = [[button(one.named(say)[:60], f"passon:{one.code}")] for one in offered]
    return "\n".join([say("peers.exchange.offer", group=clipped(group, NAME)), *lines]), keys
