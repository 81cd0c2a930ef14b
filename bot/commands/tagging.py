"""`sejawat tag` and `sejawat agreement`: types for a file of messages, and how far two coders agree."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from community.tagging.agreement import Agreement
    from content.texts import Texts

LONG = 2_000_000
"""From this many bytes on (about 8,000 messages, a second of work) progress is shown."""

Language = Annotated[str, typer.Option("--language", help="Words of the reasons: id or en.")]


def tag(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="Messages, one JSON object a line.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="The same with label, confidence and reason.")],
    language: Language = "id",
) -> None:
    """Tag messages by the codebook: adds label, secondary, confidence and reason to each line."""
    say = _texts(language)
    with _one_line(say):
        if out.exists() and source.exists() and out.samefile(source):
            _fail(say.plain("tagging.command.same_file", path=out))
        count = _write_tagged(source, out, say)
    print(say.plain("tagging.command.tagged", messages=count, path=out), file=sys.stderr)


def agreement(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Labels of a coder.")],
    coded: Annotated[Path, typer.Argument(metavar="CODED.jsonl", help="Labels of the tagger or a second coder.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    language: Language = "id",
) -> None:
    """Compare two files of labels: alpha, kappa, F1, confusion and the error of the shares."""
    from community.tagging.messages import labels_of

    say = _texts(language)
    with _one_line(say):
        ours, theirs = labels_of(gold), labels_of(coded)
    common = [known for known in ours if known in theirs]
    if not common:
        _fail(say.plain("tagging.command.no_match", gold=gold, coded=coded))
    pairs = [(str(ours[known].get("group") or ""), ours[known]["label"], theirs[known]["label"]) for known in common]
    result = _figures(pairs, only_gold=len(ours) - len(common), only_coded=len(theirs) - len(common))
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_told(result, say)))


def _write_tagged(source: Path, out: Path, say: "Texts") -> int:
    """Write beside the target and put it in place at the end: a bad line leaves no half file."""
    from community.tagging.messages import Groups, read_messages

    groups, count = Groups(), 0
    draft = out.with_name(f"{out.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            for message, tagged in groups.tag_all(_with_progress(read_messages(source), source, say)):
                told = say.plain(tagged.reason, evidence=tagged.evidence)
                added: dict[str, Any] = {"label": tagged.label, "secondary": tagged.secondary}
                added |= {"confidence": tagged.confidence, "reason": told}
                file.write(json.dumps(message | added, ensure_ascii=False) + "\n")
                count += 1
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _with_progress(messages: Iterator[dict[str, Any]], source: Path, say: "Texts") -> Iterator[dict[str, Any]]:
    if not source.is_file() or source.stat().st_size < LONG:
        return messages
    from rich.console import Console
    from rich.progress import track

    with source.open("rb") as file:
        total = sum(1 for _ in file)
    return iter(track(messages, say.plain("tagging.command.working"), total, console=Console(stderr=True)))


def _figures(pairs: list[tuple[str, str, str]], *, only_gold: int, only_coded: int) -> dict[str, Any]:
    from community.tagging.agreement import agreement as compare

    groups = sorted({group for group, _, _ in pairs if group})
    apart: dict[str, Agreement] = {
        name: compare([(ours, theirs) for group, ours, theirs in pairs if group == name]) for name in groups
    }
    return asdict(compare([(ours, theirs) for _, ours, theirs in pairs])) | {
        "only_in_gold": only_gold,
        "only_in_coded": only_coded,
        "groups": {
            name: {"messages": g.messages, "alpha": g.alpha, "macro_f1": g.macro_f1} for name, g in apart.items()
        },
    }


def _told(result: dict[str, Any], say: "Texts") -> Iterator[str]:
    def line(key: str, **blanks: object) -> str:
        return say.plain(f"tagging.command.{key}", **blanks)

    def number(value: float | None) -> str:
        return line("undefined") if value is None else f"{value:.3f}"

    yield line(
        "figures",
        messages=result["messages"],
        only_gold=result["only_in_gold"],
        only_coded=result["only_in_coded"],
    )
    for key in ("alpha", "kappa", "macro_f1"):
        yield line(key, value=number(result[key]))
    for label, value in result["f1"].items():
        yield line("f1", label=label, value=number(value))
    error = {name: f"{100 * value:.1f}" for name, value in result["share_error"].items()}
    yield line("share_error", **error)
    yield line("confusion")
    labels = list(result["confusion"])
    yield " " * 14 + "".join(f"{label:>14}" for label in labels)
    for label, row in result["confusion"].items():
        yield f"{label:<14}" + "".join(f"{row[coded]:>14}" for coded in labels)
    for name, group in result["groups"].items():
        macro, alpha = number(group["macro_f1"]), number(group["alpha"])
        yield line("group", group=name, messages=group["messages"], macro_f1=macro, alpha=alpha)


def _texts(language: str) -> "Texts":
    from content.texts import LANGUAGES, Texts

    if language not in LANGUAGES:
        _fail(f"--language {language}: {' | '.join(LANGUAGES)}")
    return Texts(language)


@contextmanager
def _one_line(say: "Texts") -> Iterator[None]:
    """A file that cannot be used is one line on stderr and exit 2."""
    from community.tagging.messages import BadFile

    try:
        yield
    except BadFile as bad:
        _fail(say.plain(bad.text_key, **bad.blanks))
    except OSError as problem:
        _fail(say.plain("tagging.command.unwritable", path=problem.filename, why=problem.strerror))


def _fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)
