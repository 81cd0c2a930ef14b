"""Pupils' names are taken out of whatever leaves for others' eyes: they are children, and never agreed to anything."""

import re
import tomllib
from functools import cache
from pathlib import Path

import content
from community.import_names import NAME

_WORD = r"[^\W\d_]+(?:['’.-][^\W\d_]+)*"
_JOINED = r"(?:\s*,\s*(?:dan\s+|and\s+)?|\s+(?:dan|serta|and|atau|or)\s+|\s*&\s*|\s*/\s*)"


def hidden(text: str) -> str:
    """Words in which whoever is called a pupil by name is nobody: "murid Ani dan Budi" is "murid [nama] dan [nama]".

    A name is what is written with a capital after a word for a pupil, up to three words of it, or anything after
    "bernama". A name alone, or in small letters, is not recognised.
    """
    after, named, nobodys = _patterns()
    return named.sub(_after_named, after.sub(lambda found: _after_pupil(found, nobodys), text))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    told = tomllib.loads((Path(content.__file__).parent / "pupils.toml").read_text(encoding="utf-8"))

    def any_of(name: str) -> str:
        words = sorted((word.replace("_", " ") for word in told[name].split()), key=len, reverse=True)
        return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)

    name = r"(?-i:[^\W\d_a-zà-ÿ])(?:[^\W\d_]|['’.-](?=[^\W\d_]))*"
    whole = rf"{name}(?:[ ]{name}){{0,2}}"
    pupil = rf"\b(?P<pupil>{any_of('pupils')})\b(?P<between>(?:[ ](?:{any_of('between')})\b\.?){{0,3}}[ ]?[:(]?[ ]?)"
    after = re.compile(rf"(?P<before>{_WORD}[ ]+)?{pupil}(?P<names>(?<=[ :(]){whole}(?:{_JOINED}{whole}){{0,9}})", re.I)
    one = re.compile(rf"\b(?P<named>{any_of('named')})(?P<space>\s+)(?P<names>(?!\[){_WORD}(?:[ ]{name})?)", re.I)
    return after, one, frozenset(told["nobodys"].split())


def _after_pupil(found: re.Match[str], nobodys: frozenset[str]) -> str:
    before, pupil = found["before"] or "", found["pupil"]
    if pupil[:1].isupper() and before[:1].isupper() and not before.isupper():
        return found[0]  # a title: Lembar Kerja Siswa Pecahan
    kept, taken = [], found["names"]
    for part in re.split(f"({_JOINED})", taken):
        words = part.split()
        if re.fullmatch(_JOINED, part) or not words or _plain(words[0]) in nobodys:
            kept.append(part)
            continue
        stop = next((at for at, word in enumerate(words) if _plain(word) in nobodys), len(words))
        kept.append(" ".join([NAME, *words[stop:]]))
    return f"{before}{pupil}{found['between']}{''.join(kept)}"


def _after_named(found: re.Match[str]) -> str:
    return f"{found['named']}{found['space']}{NAME}"


def _plain(word: str) -> str:
    return word.strip(".'’-").casefold()
