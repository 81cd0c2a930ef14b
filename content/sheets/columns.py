"""The columns of a facilitator's sheet: which header stands for which part of a pack, and how its cells are read."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from content.flaws import Where
from content.pack_forms import CONDITIONS
from content.texts import LANGUAGES

SHEETS = PACK, PRACTICES, LESSONS = "Paket", "Praktik", "Pelajaran"
STEPS = {"lihat": "see", "rancang": "plan", "coba": "try", "amati": "look", "renungkan": "reflect"}
STATUSES = {"draf": "draft", "terbit": "published", "ditarik": "retired"}
AUDIENCES = {"guru": "teacher", "fasilitator": "facilitator", "coach": "coach"}
YES_NO = {"ya": True, "tidak": False}
COMPETENCES = {name: name for name in ("pedagogik", "kepribadian", "sosial", "profesional")}
SAMR = {name: name for name in ("substitution", "augmentation", "modification", "redefinition")}
KINDS = {"foto": "photo", "dokumen": "document", "audio": "audio", "video": "video", "tautan": "link"}
# What a branch is for, in a teacher's words: the code's name, and the answers.
WHEN: dict[str, tuple[str, dict[str, str]]] = {
    "kuis": ("quiz", {"benar": "right", "salah": "wrong"}),
    "ponsel": ("phone", {"sendiri": "own", "bersama": "shared"}),
    "sinyal": ("signal", {"kuat": "strong", "lemah": "weak"}),
    "cara": ("mode", {"menulis": "text", "berbicara": "voice"}),
    "aplikasi": ("tools", {"belum": "none", "beberapa": "some", "banyak": "many"}),
    "langkah": ("pace", {"pelan": "slow", "sedang": "steady", "cepat": "fast"}),
}
_SPOKEN = {"id": ("indonesia", "id", ""), "en": ("inggris", "english", "en")}
_SHOWN = {"id": "Indonesia", "en": "Inggris"}


class Column(NamedTuple):
    """One column: ``where`` leads into the front matter (with "body") or `pack.yaml`, the same for each language."""

    header: str  # as it is written out, with its number and language
    where: Where
    language: str | None = None  # whose words these are; None: the same in all
    names: Mapping[str, Any] | None = None  # what may stand there, and what it means
    number: bool = False
    condition: bool = False


class _Plan(NamedTuple):
    """A column before its number and language are known: "#" stands for the number, in the header and in ``where``."""

    header: str
    where: Where
    worded: bool = False
    most: int = 0  # how many of them there may be
    names: Mapping[str, Any] | None = None
    number: bool = False
    condition: bool = False


_PLANS: dict[str, tuple[_Plan, ...]] = {
    PACK: (
        _Plan("Kode", ("id",)),
        _Plan("Versi", ("version",), number=True),
        _Plan("Status", ("status",), names=STATUSES),
        _Plan("Untuk", ("audience",), names=AUDIENCES),
        _Plan("Berantai", ("cascade",), names=YES_NO),
        _Plan("Bahasa", ("languages",)),
        _Plan("Judul", ("title",), worded=True),
        _Plan("Keterangan", ("description",), worded=True),
    ),
    PRACTICES: (
        _Plan("Kode", ("id",)),
        _Plan("Judul", ("title",), worded=True),
        _Plan("Kriteria # kode", ("criteria", "#", "id"), most=2),
        _Plan("Kriteria #", ("criteria", "#", "label"), worded=True, most=2),
    ),
    LESSONS: (
        _Plan("Kode", ("id",)),
        _Plan("Hari", ("day",), number=True),
        _Plan("Praktik", ("practice",)),
        _Plan("Langkah", ("step",), names=STEPS),
        _Plan("Menit", ("minutes",), number=True),
        _Plan("Kompetensi", ("competence",), names=COMPETENCES),
        _Plan("SAMR", ("samr",), names=SAMR),
        _Plan("Judul", ("title",), worded=True),
        _Plan("Isi", ("body",), worded=True),
        _Plan("Coba hari ini", ("try_today",), worded=True),
        _Plan("Pertanyaan refleksi", ("question",), worded=True),
        _Plan("Media # jenis", ("media", "#", "kind"), most=6, names=KINDS),
        _Plan("Media # berkas", ("media", "#", "file"), most=6),
        _Plan("Media # tautan", ("media", "#", "url"), most=6),
        _Plan("Media # KB", ("media", "#", "size_kb"), most=6, number=True),
        _Plan("Media # judul", ("media", "#", "title"), worded=True, most=6),
        _Plan("Media # keterangan", ("media", "#", "alt"), worded=True, most=6),
        _Plan("Kuis", ("quiz", "question"), worded=True),
        _Plan("Kuis pilihan #", ("quiz", "options", "#"), worded=True, most=6),
        _Plan("Kuis jawaban benar", ("quiz", "correct"), number=True),
        _Plan("Kuis penjelasan", ("quiz", "explanation"), worded=True),
        _Plan("Pilihan", ("choice", "question"), worded=True),
        _Plan("Pilihan # kode", ("choice", "options", "#", "id"), most=4),
        _Plan("Pilihan #", ("choice", "options", "#", "label"), worded=True, most=4),
        _Plan("Lembar kerja", ("worksheet", "title"), worded=True),
        _Plan("Lembar kerja butir #", ("worksheet", "items", "#"), worded=True, most=6),
        _Plan("Lembar kerja hari", ("worksheet", "days"), number=True),
        _Plan("Lembar kerja tenggang", ("worksheet", "grace"), number=True),
        _Plan("Contoh jawaban", ("answer",), worded=True),
        _Plan("Tanda #", ("checks", "#"), worded=True, most=4),
        _Plan("Obrolan", ("talk",), names=YES_NO),
        _Plan("Cabang # bila", ("branches", "#", "when"), most=12, condition=True),
        _Plan("Cabang # kata", ("branches", "#", "say"), worded=True, most=12),
        _Plan("Cabang # pelajaran", ("branches", "#", "lesson"), most=12),
    ),
}


@cache
def columns(sheet: str) -> tuple[Column, ...]:
    """Every column that a sheet may have, in the order in which it is written."""
    found = []
    for plans in _groups(_PLANS[sheet]):
        for at in range(max(1, plans[0].most)):
            found += [column for plan in plans for column in _numbered(plan, at)]
    return tuple(found)


def _groups(plans: Sequence[_Plan]) -> list[list[_Plan]]:
    """Numbered neighbours of one family go together: all of medium 1, then all of medium 2."""
    groups: list[list[_Plan]] = []
    for plan in plans:
        if groups and plan.most and groups[-1][0].most and groups[-1][0].where[:-1] == plan.where[:-1]:
            groups[-1].append(plan)
        else:
            groups.append([plan])
    return groups


def _numbered(plan: _Plan, at: int) -> list[Column]:
    where = tuple(at if part == "#" else part for part in plan.where)
    header = plan.header.replace("#", str(at + 1))
    kind = (plan.names, plan.number, plan.condition)
    if not plan.worded:
        return [Column(header, where, None, *kind)]
    return [Column(f"{header} ({_SHOWN[language]})", where, language, *kind) for language in LANGUAGES]


@cache
def by_header(sheet: str) -> dict[str, Column]:
    """Each column by everything its header may be written like, as ``plain`` gives it."""
    found = {}
    for column in columns(sheet):
        name = column.header.rpartition(" (")[0] if column.language else column.header
        spoken = _SPOKEN[column.language] if column.language else ("",)
        for one in spoken:
            found[plain(f"{name} ({one})" if one else name)] = column
    return found


def plain(header: str) -> str:
    """A header without capitals and double spaces."""
    return " ".join(header.casefold().split())


def condition_read(cell: str) -> dict[str, str] | None:
    """ "sinyal: lemah" as the condition of a branch; None when it is none."""
    name, colon, answer = (part.strip() for part in cell.partition(":"))
    if not colon or not answer:
        return None
    if name.casefold() in {"pilihan", "choice"}:
        return {"choice": answer}
    on, answers = WHEN.get(name.casefold(), (name.casefold(), {}))
    value = answers.get(answer.casefold(), answer.casefold())
    return {on: value} if value in CONDITIONS.get(on, ()) else None


def condition_said(when: Mapping[str, str]) -> str:
    """The other way."""
    ((on, value),) = when.items()
    for name, (code, answers) in WHEN.items():
        if code == on:
            return f"{name}: {next(word for word, meaning in answers.items() if meaning == value)}"
    return f"pilihan: {value}"


def conditions() -> str:
    """Every condition there is, as a sheet spells it."""
    told = "; ".join(f"{name}: {'/'.join(answers)}" for name, (_, answers) in WHEN.items())
    return f"{told}; pilihan: kode"


def slug(words: str, most: int = 32) -> str:
    """Words as an id; empty when no letter of them can stand in one."""
    import unicodedata

    ascii_ = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_.casefold()).strip("-")[:most].rstrip("-")
