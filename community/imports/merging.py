"""Makes one conversation of several overlapping WhatsApp exports, without doubles.

An export holds at most 40,000 messages, so a long conversation comes in pieces, often from several telephones. Each
names people in its own way and may tell the time to the minute only, so messages are told apart by their minute and
text, and who is who is learnt from those that only one person can have written.

Memory: every message is held at once, about 400 bytes and its text, up to `MOST` of them: some 200 MB, and refused
beyond. (A single export is read in memory that does not grow with it.)
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import groupby

from community.imports.values import BadExport, Export, Reading, Spoken

MOST = 400_000
"""Messages, of all files together: ten full exports."""
MOST_LETTERS = 100_000_000
_ENOUGH, _SHARE = 20, 0.1  # messages of the same time; of which so many have to be the same in two exports of one chat
_WORDS = ("text", "link")


class Merged:
    """Several exports as one, in the order of time; `key` counts through."""

    def __init__(self, messages: list[Spoken], reading: Reading) -> None:
        self.reading = reading
        self._messages = messages

    def __iter__(self) -> Iterator[Spoken]:
        return (one._replace(key=number) for number, one in enumerate(self._messages, start=1))


def merged(exports: Iterable[Export]) -> Merged:
    """One export of several of the same chat. Times come to the second, where one of them tells it.

    :raises BadExport: they are of different chats, or too many.
    """
    pieces, readings = _held(exports)
    pieces.sort(key=lambda piece: _minute(piece[0]) if piece else 0)
    whole: list[Spoken] = []
    for piece in pieces:
        whole = _two(whole, piece) if whole else piece
    reading = Reading("; ".join(dict.fromkeys(one.grammar for one in readings)))
    for one in readings:
        reading.not_understood += one.not_understood[: 100 - len(reading.not_understood)]
        reading.how_many_not_understood += one.how_many_not_understood
    return Merged(whole, reading)


def _held(exports: Iterable[Export]) -> tuple[list[list[Spoken]], list[Reading]]:
    pieces: list[list[Spoken]] = []
    readings, count, letters = [], 0, 0
    for export in exports:
        piece = []
        for message in export:
            count, letters = count + 1, letters + len(message.text)
            if count > MOST or letters > MOST_LETTERS:
                raise BadExport("imports.too_many_to_merge", most_messages=MOST)
            piece.append(message)
        piece.sort(key=_minute)
        pieces.append(piece)
        readings.append(export.reading)
    return pieces, readings


def _minute(message: Spoken) -> int:
    return message.at // 60


def _said(message: Spoken) -> tuple[str, str]:
    kind = "text" if message.kind in _WORDS else "service" if message.kind == "service" else "media"
    return kind, message.text


def _two(ours: list[Spoken], theirs: list[Spoken]) -> list[Spoken]:
    """Both, each message once, under our names where we know who it is."""
    right = {minute: list(some) for minute, some in groupby(theirs, _minute)}
    left = {minute: list(some) for minute, some in groupby(ours, _minute)}
    names = _names(left, right)
    alike = sum(_alike(left[minute], right[minute]) for minute in right if minute in left)
    _of_one_chat(ours, theirs, alike)
    better = {one: other for other, one in names.items() if _poor(one) and not _poor(other)}
    whole: list[Spoken] = []
    for minute in sorted({*left, *right}):
        whole += _in_a_minute(left.get(minute, []), right.get(minute, []), names)
    return [one._replace(sender=better.get(one.sender, one.sender)) if one.sender else one for one in whole]


def _of_one_chat(ours: Sequence[Spoken], theirs: Sequence[Spoken], alike: int) -> None:
    begins, ends = max(ours[0].at, theirs[0].at), min(ours[-1].at, theirs[-1].at)
    least = min(sum(begins <= one.at <= ends for one in side) for side in (ours, theirs))
    if least >= _ENOUGH and alike < _SHARE * least:
        raise BadExport("imports.several_chats")


def _alike(ours: Iterable[Spoken], theirs: Iterable[Spoken]) -> int:
    return (Counter(map(_said, ours)) & Counter(map(_said, theirs))).total()


def _names(left: dict[int, list[Spoken]], right: dict[int, list[Spoken]]) -> dict[str, str]:
    """Whom each of their names means among ours: who wrote what only one person wrote in that minute."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for minute in right.keys() & left.keys():
        mine, yours = _only_once(left[minute]), _only_once(right[minute])
        for said in mine.keys() & yours.keys():
            votes[yours[said]][mine[said]] += 1
    same = _people(left) & _people(right)  # until something else is learnt, who is called the same is the same
    return {name: name for name in same if not _poor(name)} | {
        name: counts.most_common(1)[0][0] for name, counts in votes.items()
    }


def _people(minutes: dict[int, list[Spoken]]) -> set[str]:
    return {one.sender for some in minutes.values() for one in some if one.sender}


def _only_once(messages: Iterable[Spoken]) -> dict[tuple[str, str], str]:
    times = Counter(map(_said, messages))
    return {_said(one): one.sender for one in messages if one.sender and one.text and times[_said(one)] == 1}


def _poor(name: str) -> bool:
    """A name nobody gave: a number, what a stranger calls himself, or the owner of the telephone."""
    return name.startswith(("+", "~")) or name.casefold() in {"anda", "you"}


def _in_a_minute(ours: list[Spoken], theirs: list[Spoken], names: dict[str, str]) -> list[Spoken]:
    """The messages of one minute, each once: matched the surest first, the rest put where they stood."""
    named = [one._replace(sender=names.get(one.sender, one.sender)) if one.sender else one for one in theirs]
    known = {*names.values()}
    pairs = _Pairs(ours, named)
    pairs.match(lambda one: (one.sender, _said(one)))
    # The same words; not where both are known, because then they are two people.
    pairs.match(_said, theirs=lambda one: one.sender not in known)
    pairs.match(_said, ours=lambda one: one.sender not in known)
    # Deleted or changed when one of them was exported, and a line of the program, which each reads in its own words.
    pairs.match(_person, ours=_is_there, theirs=lambda one: one.deleted)
    pairs.match(_person, ours=lambda one: one.deleted, theirs=_is_there)
    pairs.match(_person, ours=_is_text, theirs=lambda one: one.edited and _is_text(one))
    pairs.match(_person, ours=lambda one: one.edited and _is_text(one), theirs=_is_text)
    pairs.match(lambda _: "", ours=lambda one: one.kind == "service", theirs=lambda one: one.kind == "service")
    return _woven(ours, named, pairs.partner)


def _person(message: Spoken) -> str | None:
    return message.sender


def _is_there(message: Spoken) -> bool:
    return message.sender is not None and not message.deleted


def _is_text(message: Spoken) -> bool:
    return message.kind in _WORDS and not message.deleted


class _Pairs:
    """Which of their messages is which of ours, by their places."""

    def __init__(self, ours: list[Spoken], theirs: list[Spoken]) -> None:
        self._ours, self._theirs = ours, theirs
        self.partner: dict[int, int] = {}
        self._taken: set[int] = set()

    def match(
        self, key: Callable[[Spoken], Hashable], ours: Callable[[Spoken], bool] | None = None,
        theirs: Callable[[Spoken], bool] | None = None,
    ) -> None:  # fmt: skip
        """Pairs what is still alone and has the same key, in the order both stand in."""
        if len(self.partner) == len(self._theirs) or len(self._taken) == len(self._ours):
            return
        free: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, our in enumerate(self._ours):
            if place not in self._taken and (ours is None or ours(our)):
                free[key(our)].append(place)
        for number, their in enumerate(self._theirs):
            if number not in self.partner and (theirs is None or theirs(their)) and free.get(key(their)):
                place = free[key(their)].popleft()
                self.partner[number] = place
                self._taken.add(place)


def _woven(ours: list[Spoken], theirs: list[Spoken], partner: dict[int, int]) -> list[Spoken]:
    behind: dict[int, list[Spoken]] = defaultdict(list)
    kept, place = list(ours), -1
    for number, their in enumerate(theirs):
        if number in partner:
            place = partner[number]
            kept[place] = _fuller(ours[place], their)
        else:
            behind[place].append(their)
    return behind[-1] + [one for at, our in enumerate(kept) for one in (our, *behind[at])]


def _fuller(our: Spoken, their: Spoken) -> Spoken:
    """What both say of one message: to the second, with its file, and as it was left: what was deleted stays so."""
    latest = their if their.deleted or (their.edited and not our.deleted) else our
    file = their if their.file_name and not our.file_name else our
    kind = file.kind if latest.kind == "media" else latest.kind
    name = None if latest.deleted else file.file_name
    return latest._replace(at=max(our.at, their.at), sender=our.sender, kind=kind, file_name=name)
