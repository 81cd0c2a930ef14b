"""The three tables of a facilitator's sheet made into a pack; what a teacher may leave out is filled in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from content import pack_checks, pack_limits
from content.flaws import Flaw, fitted
from content.fronts import Front, Manifest
from content.lessons import Pack
from content.pack_forms import Written, assembled
from content.sheets import columns
from content.sheets.cells import BadSheet, Table
from content.sheets.columns import LESSONS, PACK, PRACTICES
from content.sheets.lines import Line, Sheet, Wrong
from content.sheets.weeks import Week, named, ordered, weeks
from content.texts import LANGUAGES, Texts

DEFAULTS = {"version": 1, "status": "draft", "audience": "teacher", "cascade": False}
MINUTES, DAYS, GRACE = 10, 2, 1  # where a sheet does not say
_SPOKEN = {"id": "id", "indonesia": "id", "en": "en", "inggris": "en"}


class Reading:
    """One file being read: its three sheets, and everything that is wrong in them so far."""

    def __init__(self, tables: Mapping[str, Table], language: str) -> None:
        self.wrong = Wrong(Texts(language))
        self.packs, self.practices, self.lessons = (
            Sheet(kind, tables.get(kind), self.wrong) for kind in (PACK, PRACTICES, LESSONS)
        )
        self.head = self.packs.lines[0] if self.packs.lines else Line(0)
        self.languages = self._languages()

    def pack(
        self, stem: str, pack_id: str | None, limits: pack_limits.Limits | None, media: Sequence[Path] | None
    ) -> Pack:
        """The pack, named after the file's stem where the sheet has no name for it. Raises BadSheet."""
        self._twins()
        lines = ordered(self.lessons)
        named(self.lessons, lines)
        found = weeks(self.practices, self.lessons, lines, self.languages)
        raw = self._head(stem, pack_id) | {"practices": [self._practice(week) for week in found]}
        manifest, flaws = fitted(Manifest, raw)
        for flaw in [*flaws, *(pack_checks.of_manifest(manifest) if manifest else ())]:
            self._of_manifest(flaw, found)
        for week in found:
            if not any("day" in line.facts for line in week.lines):
                self.practices.flaw(week.line, Flaw(("id",), "no_lessons"))
        written = {line.facts["id"]: self._lesson(line, limits, media) for line in lines}
        if manifest:
            by_id = {line.facts["id"]: line for line in lines}
            for one, flaw in pack_checks.of_links(manifest, written):
                self.lessons.flaw(by_id[one], flaw, LANGUAGES[0])
        if self.wrong.problems or manifest is None:
            raise BadSheet(self.wrong.problems)
        return assembled(manifest, written)

    def _languages(self) -> list[str]:
        """Those the sheet names, else Indonesian, and English where any lesson has words in it."""
        said = str(self.head.facts.get("languages", "")).casefold().replace(";", ",")
        if said:
            found = [_SPOKEN.get(one.strip(), one) for one in said.split(",")]
            if found == list(LANGUAGES)[: len(found)]:
                return found
            self.packs.flaw(self.head, Flaw(("languages",), "languages", {"known": ", ".join(LANGUAGES)}))
        return [one for one in LANGUAGES if one == LANGUAGES[0] or self.lessons.speaks(one)]

    def _twins(self) -> None:
        """What is said in one language is said in the other; a language the pack has not is not said at all."""
        for line in self.packs.lines[1:]:
            self.packs.flaw(line, Flaw(("id",), "one_pack"))
        for sheet in (self.packs, self.practices, self.lessons):
            for line in sheet.lines:
                if len(self.languages) == len(LANGUAGES):
                    sheet.twins(line)
                for language, where in sorted(line.filled, key=str):
                    if language and language not in self.languages:
                        blanks = {"language": language, "known": ", ".join(self.languages)}
                        sheet.flaw(line, Flaw(where, "other_language", blanks), language)

    def _head(self, stem: str, pack_id: str | None) -> dict[str, Any]:
        facts = self.head.facts
        name = facts.get("id") or pack_id or columns.slug(stem) or "paket"
        if pack_id and name != pack_id:
            self.packs.flaw(self.head, Flaw(("id",), "not_as_in_folder", {"is": name, "wanted": pack_id}))
        titles = self._worded(self.head, "title") or dict.fromkeys(self.languages, stem.strip()[:80] or name)
        return {
            "id": name,
            **{key: facts.get(key, value) for key, value in DEFAULTS.items()},
            "languages": self.languages,
            "title": titles,
            "description": self._worded(self.head, "description") or titles,
        }

    def _worded(self, line: Line, key: str) -> dict[str, str]:
        return {one: line.parts[one][key] for one in self.languages if key in line.parts[one]}

    def _practice(self, week: Week) -> dict[str, Any]:
        entries = {
            True: [{"id": line.facts["id"], "step": line.facts["step"]} for line in week.lines if "day" in line.facts],
            False: [{"id": one.facts["id"], "step": one.facts["step"]} for one in week.lines if "day" not in one.facts],
        }
        titles = (self._worded(week.line, "title") if week.line else None) or week.titles
        criteria = self._criteria(week.line) if week.line else []
        if not criteria:
            labels = {one: Texts(one).plain("content.sheet.criterion") for one in self.languages}
            criteria = [{"id": "bukti", "label": labels}]
        return {
            "id": week.id, "title": titles, "criteria": criteria, "lessons": entries[True], "side": entries[False],
        }  # fmt: skip

    def _criteria(self, line: Line) -> list[dict[str, Any]]:
        ids = line.facts.get("criteria", [])
        labels = {one: line.parts[one].get("criteria", []) for one in self.languages}
        found = []
        for at in range(max(len(ids), *(len(one) for one in labels.values()))):
            label = {one: told[at]["label"] for one, told in labels.items() if at < len(told) and told[at]}
            name = ids[at].get("id") if at < len(ids) else None
            found.append({"id": name or columns.slug(label.get(LANGUAGES[0], "")) or f"k{at + 1}", "label": label})
        return found

    def _of_manifest(self, flaw: Flaw, found: Sequence[Week]) -> None:
        """Puts a flaw of the whole pack to the sheet it comes from."""
        where = flaw.where
        language = where[-1] if where and where[-1] in LANGUAGES else None
        where = where[:-1] if language else where
        if where[:1] != ("practices",) or len(where) < 2:
            self.packs.flaw(self.head, flaw._replace(where=where), str(language) if language else None)
            return
        week, inside = found[int(where[1])], where[2:]
        if inside == ("lessons",):
            return  # said in better words
        if inside[:1] in {("lessons",), ("side",)} and len(inside) > 2:
            days = [line for line in week.lines if ("day" in line.facts) == (inside[0] == "lessons")]
            self.lessons.flaw(days[int(inside[1])], flaw._replace(where=inside[2:]))
        else:
            self.practices.flaw(week.line, flaw._replace(where=inside), str(language) if language else LANGUAGES[0])

    def _lesson(
        self, line: Line, limits: pack_limits.Limits | None, media: Sequence[Path] | None
    ) -> dict[str, Written]:
        """The lesson in each language in which it fits."""
        found: dict[str, Written] = {}
        for language in self.languages:
            raw = filled(line.merged(language), language)
            body = str(raw.pop("body", ""))
            front, flaws = fitted(Front, raw)
            if not body:
                flaws.append(Flaw(("body",), "empty"))
            if front:
                written = Written(front, body)
                first = next(iter(found.values()), None)
                flaws += pack_checks.of_words(written)
                flaws += pack_checks.of_twins(first.front, front) if first else []
                flaws += pack_limits.of_lengths(front, limits) if limits else []
                flaws += (
                    pack_limits.of_files(media, front, limits) if limits and media is not None and not first else []
                )
                found[language] = written
            for flaw in flaws:
                self.lessons.flaw(line, flaw, language)
        return found


def filled(raw: dict[str, Any], language: str) -> dict[str, Any]:
    """Front matter with what a sheet may leave out."""
    raw = {"day": None, "minutes": MINUTES, "samr": None, "media": [], **raw, "language": language}
    if "worksheet" in raw:
        raw["worksheet"] = {"days": DAYS, "grace": GRACE, **raw["worksheet"]}
    if "choice" in raw:
        options = raw["choice"].get("options", [])
        made = [{"id": columns.slug(str(one.get("label", ""))) or f"p{at}", **one} for at, one in enumerate(options, 1)]
        raw["choice"] = {**raw["choice"], "options": made}
    return raw
