"""A WhatsApp export of 1,000,000 messages as an Indonesian telephone writes it: whole processes, seconds, peak memory.

Ours beside whatstk (the extra `bench`) and npm's whatsapp-chat-parser, in turn on the same file, with how many messages
and authors each gets right. A peer that is not there is left out and named. `--messages` for a shorter file.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

MESSAGES, RUNS, SEED = 1_000_000, 3, 20260803
PEER = "whatsapp-chat-parser@4"
GIVEN = ("Sari", "Budi", "Rini", "Tono", "Wati", "Agus", "Dewi", "Made")
FAMILY = ("Wulandari", "Santoso", "Pratama", "Lestari", "Kusuma")
PEOPLE = [f"{given} {family}" for given in GIVEN for family in FAMILY] + [
    "Bu Ratna 🌸", "Pak Hendra - KKG", *(f"+62 812-0000-{number:04}" for number in range(12)),
]  # fmt: skip
WORDS = re.findall(
    r"\S+",
    """
selamat pagi bapak ibu guru kelas materi pecahan ada yang punya contoh modul ajar terima kasih banyak sudah saya kirim
besok rapat jam sembilan di ruang siap nanti anak-anak suka sekali soal cerita halaman tolong dibantu ya mohon izin
    """,
)
STARTS = ("", "", "", "", "Info: ", "Tugas: ", "Alhamdulillah, ")
ENDS = ("", "", "", " 🙏", ".", "!", " 😊", " (kelas 4)")


class Facts(NamedTuple):
    """What the file holds, to be found again."""

    messages: int
    authors: dict[str, int]
    """Messages by author; lines of the program are not among them."""


def write_indonesian_export(path: Path, messages: int = MESSAGES, seed: int = SEED) -> Facts:
    """An invented group of teachers over the years, always the same; Android: `30/08/25 18.00 - Nama: teks`.

    Two in a hundred lines are the program's, eight media left out, one deleted, two edited, seven have several lines.
    """
    chance, at = Random(seed), datetime(2018, 1, 1, 6, tzinfo=ZoneInfo("Asia/Jakarta"))
    authors = dict.fromkeys(PEOPLE, 0)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(messages):
            at += timedelta(seconds=chance.randrange(480))
            name, kind = chance.choice(PEOPLE), chance.randrange(100)
            stamp = at.strftime("%d/%m/%y %H.%M - ")
            if kind < 2:
                file.write(
                    f"{stamp}{name} {chance.choice(('menambahkan Tamu', 'keluar', 'telah mengubah ikon grup ini'))}\n"
                )
                continue
            authors[name] += 1
            file.write(f"{stamp}{name}: {_body(chance, kind)}\n")
    return Facts(messages, authors)


def _body(chance: Random, kind: int) -> str:
    if kind < 10:
        return "<Media tidak disertakan>"
    if kind < 11:
        return "Pesan ini telah dihapus"
    text = chance.choice(STARTS) + " ".join(chance.choices(WORDS, k=chance.randint(1, 18))) + chance.choice(ENDS)
    if kind < 18:
        text += "\n" + "\n".join(" ".join(chance.choices(WORDS, k=chance.randint(1, 12))) for _ in range(1 + kind % 3))
    return text + (" <Pesan ini diedit>" if 18 <= kind < 20 else "")


OURS = """
import sys
from collections import Counter
from operator import attrgetter
from zoneinfo import ZoneInfo
from community.imports.opening import open_export
authors = Counter(map(attrgetter("sender"), open_export([sys.argv[1]], ZoneInfo("Asia/Jakarta"))))
count = authors.total()
del authors[None]
"""
WHATSTK = """
import sys
from whatstk import df_from_whatsapp
frame = df_from_whatsapp(sys.argv[1], max_size=None)
count, authors = len(frame), dict(frame["username"].value_counts())
"""
LOOP = """
import re, sys
from collections import Counter
stamp = r"\\d\\d/\\d\\d/\\d\\d \\d\\d\\.\\d\\d - "
header = re.compile(rf"^({stamp})(?:([^:\\n]+): )?(.*(?:\\n(?!{stamp}).*)*)", re.M)
count, authors = 0, Counter()
with open(sys.argv[1], encoding="utf-8") as file:
    for found in header.finditer(file.read()):
        stamp, name, text = found.groups()
        count += 1
        authors[name] += 1
del authors[None]
"""
TOLD = """
import json, resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([count, {str(name): int(times) for name, times in authors.items()}, peak]))
"""
NPM = """
import fs from "node:fs";
import { parseString } from "whatsapp-chat-parser";
const authors = {};
const messages = parseString(fs.readFileSync(process.argv[2], "utf8"));
for (const { author } of messages) if (author !== null) authors[author] = (authors[author] ?? 0) + 1;
console.log(JSON.stringify([messages.length, authors, Math.round(process.resourceUsage().maxRSS / 1024)]));
"""
BARE = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


class Run(NamedTuple):
    """One process from its start to its end."""

    seconds: float
    megabytes: int
    messages: int
    authors: dict[str, int]


def run(command: list[str], where: Path | None = None) -> Run:
    """Run a reader of the file and take down what it told."""
    began = time.perf_counter()
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=where).stdout
    seconds = time.perf_counter() - began
    count, authors, peak = json.loads(told)
    return Run(seconds, peak, count, authors)


@contextmanager
def readers(python: str, path: Path) -> Iterator[dict[str, list[str]]]:
    """The command of every reader there is, by its name; npm's is installed for as long as it is measured."""
    house = Path(__file__).parent.parent
    told = "import sys\nsys.path.insert(0, sys.argv.pop())\n"
    found = {"ours": [sys.executable, "-c", told + OURS + TOLD, str(path), str(house)],
             "a bare loop over a regular expression": [sys.executable, "-c", LOOP + TOLD, str(path)]}  # fmt: skip
    if subprocess.run([python, "-c", "import whatstk"], capture_output=True, check=False).returncode == 0:
        found["whatstk"] = [python, "-c", WHATSTK + TOLD, str(path)]
    else:
        print("whatstk is left out: `make peers`, or --python PYTHON that has it")
    with tempfile.TemporaryDirectory() as folder:
        npm, node = shutil.which("npm"), shutil.which("node")
        if npm and node:
            script = Path(folder) / "read.mjs"
            script.write_text(NPM, encoding="utf-8")
            subprocess.run(
                [npm, "install", "--silent", "--prefix", folder, PEER], check=True, capture_output=True, cwd=folder
            )  # fmt: skip
            found["npm whatsapp-chat-parser"] = [node, str(script), str(path)]
        else:
            print("npm's whatsapp-chat-parser is left out: there is no npm")
        yield found


def right(found: dict[str, int], facts: Facts) -> int:
    """How many messages stand under the name of who wrote them, by the counts of each author."""
    return sum(min(found.get(name, 0), times) for name, times in facts.authors.items())


class Analysed(NamedTuple):
    """`sejawat analyze` from start to end, all its processes together."""

    seconds: float
    processor: float
    megabytes: int
    """The most that all processes held at once, what they share counted once."""
    messages: int


def analysed(path: Path) -> Analysed:
    """Tag a file and gather its figures, as somebody would at a terminal."""
    house, began = Path(__file__).parent.parent, time.perf_counter()
    command = [sys.executable, "-m", "bot", "analyze", str(path), "--json"]
    with tempfile.TemporaryFile("w+") as told, subprocess.Popen(command, stdout=told, cwd=house) as process:
        used: dict[int, float] = {}
        most = 0
        while process.poll() is None:
            family = list(_family(process.pid))
            most = max(most, sum(_held(one) for one in family))
            used |= {one: _used(one) for one in family}
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        told.seek(0)
        return Analysed(seconds, sum(used.values()), most // 1024, json.load(told)["messages"])


def _family(pid: int) -> Iterator[int]:
    """A process and all it started, as Linux lists them."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in listed.read_text().split():
                yield from _family(int(child))


def _held(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def _used(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def main(messages: int = MESSAGES, python: str = sys.executable, runs: int = RUNS) -> None:
    """Print the table as Markdown; ours has to be right in every message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Chat WhatsApp dengan KKG.txt"
        facts = write_indonesian_export(path, messages)
        print(f"{facts.messages:,} messages, {path.stat().st_size / 1e6:.0f} MB")
        taken: dict[str, list[Run]] = {}
        with readers(python, path) as commands:
            for _ in range(runs):
                for name, command in commands.items():
                    taken.setdefault(name, []).append(run(command))
        whole = analysed(path)
    bare = int(subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True).stdout)
    written = sum(facts.authors.values())
    ours = median(one.seconds for one in taken["ours"])
    print(f"python alone: {bare} MB\n")
    print("| reader | seconds | times ours | peak MB | messages | under the right author |\n|---|---|---|---|---|---|")
    for name, some in taken.items():
        seconds, last = [one.seconds for one in some], some[-1]
        middle = median(seconds)
        print(
            f"| {name} | {middle:.2f} ({min(seconds):.2f} to {max(seconds):.2f}) | {middle / ours:.2f} "
            f"| {max(one.megabytes for one in some)} | {last.messages:,} of {facts.messages:,} "
            f"| {right(last.authors, facts):,} of {written:,} |"
        )
    print(
        f"\nsejawat analyze, {os.cpu_count()} cores: {whole.messages:,} tagged messages in {whole.seconds:.1f} s, "
        f"{whole.messages / whole.seconds:,.0f} a second; {whole.processor:.1f} s of processor time; "
        f"{whole.megabytes} MB in all processes together"
    )
    for one in taken["ours"]:
        if (one.messages, one.authors) != (facts.messages, {name: n for name, n in facts.authors.items() if n}):
            raise RuntimeError("a message or an author is not right")


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--messages", type=int, default=MESSAGES)
    reader.add_argument("--python", default=sys.executable, help="an interpreter that has whatstk")
    reader.add_argument("--runs", type=int, default=RUNS)
    given = reader.parse_args()
    main(given.messages, given.python, given.runs)
