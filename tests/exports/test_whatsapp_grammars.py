"""The same talk as each telephone writes it: every form of date and clock, read message by message."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from community.imports.opening import open_export

ZONE = ZoneInfo("Asia/Jakarta")
FILES = Path(__file__).parent / "whatsapp"
GRAMMARS = {
    "android-id": "WhatsApp Android, d/m/yy H.MM",
    "android-id-comma": "WhatsApp Android, d/m/yy, H.MM",
    "iphone-id": "WhatsApp iPhone, [d/m/yy, H.MM.SS]",
    "iphone-id-us-region": "WhatsApp iPhone, [m/d/yy H.MM.SS]",
    "iphone-id-12-hours": "WhatsApp iPhone, [m/d/yy, h:MM:SS am/pm]",
    "android-en-gb": "WhatsApp Android, d/m/yyyy, H:MM",
    "android-en-us": "WhatsApp Android, m/d/yy, h:MM am/pm",
    "android-en-ca": "WhatsApp Android, yyyy-m-d, h:MM am/pm",
    "iphone-en-ca": "WhatsApp iPhone, [yyyy-m-d, h:MM:SS am/pm]",
    "android-es-419": "WhatsApp Android, d/m/yyyy, h:MM am/pm",
    "android-pt-br": "WhatsApp Android, d/m/yyyy H:MM",
    "android-nl": "WhatsApp Android, d-m-yyyy H:MM",
    "android-de": "WhatsApp Android, d.m.yy, H:MM",
    "iphone-it-ch": "WhatsApp iPhone, [d.m.yy, H:MM:SS]",
    "android-fi": "WhatsApp Android, d.m.yyyy klo H.MM",
    "android-fr-old": "WhatsApp Android, d/m/yyyy à H:MM",
    "iphone-zh": "WhatsApp iPhone, [yyyy/m/d H:MM:SS]",
    "android-zh-tw": "WhatsApp Android, d/m/yyyy h:MM am/pm",
    "ko-before": "WhatsApp Web, [yyyy/m/d am/pm h:MM]",
    "iphone-buddhist": "WhatsApp iPhone, [m/d/yyyy BE, H:MM:SS]",
    "iphone-japanese": "WhatsApp iPhone, [m/d/Ry, H:MM:SS]",
    "iphone-from-mac": "WhatsApp iPhone, [d/m/yyyy, H:MM:SS]",
    "iphone-vi": "WhatsApp iPhone, [H:MM:SS, d/m/yy]",
    "iphone-ar": "WhatsApp iPhone, [d/m/yyyy، h:MM:SS am/pm]",
    "iphone-2013": "WhatsApp iPhone, d/m/yy H:MM:SS",
    "copied-from-web": "WhatsApp Web, [H:MM, d/m/yyyy]",
    "viewer": "WhatsApp Viewer, d.m.yyyy - H:MM:SS",
}
RINI = "Wali Kelas 4A: Bu Rini"


@pytest.mark.parametrize("name", GRAMMARS)
def test_the_talk_comes_back_message_by_message(name: str) -> None:
    export = open_export([FILES / f"{name}.txt"], ZONE)
    first, *rest = list(export)
    seconds = "SS" in GRAMMARS[name]
    media = "photo" if name.startswith(("iphone", "ko", "copied")) else "media"

    def at(day: int, hour: int, minute: int, second: int) -> int:
        return int(datetime(2025, 8, day, hour, minute, second * seconds, tzinfo=ZONE).timestamp())

    assert (first.at, first.sender, first.kind, first.key) == (at(30, 17, 59, 1), None, "service", 1)
    assert [(one.at, one.sender, one.text, one.kind, one.deleted, one.key) for one in rest] == [
        (at(30, 18, 0, 2), "Sari Wulandari", "Selamat sore, Bapak/Ibu.\nAda yang punya modul pecahan kelas 4?", "text",
         False, 2),
        (at(30, 18, 5, 3), RINI, "", media, False, 4),
        (at(30, 18, 5, 4), "+62 812-0000-0001", "Ada, saya kirim 🙏", "text", False, 5),
        (at(30, 18, 6, 5), "Budi", "", "text", True, 6),
        (at(31, 0, 7, 6), RINI, "Siap: besok saya bawa.", "text", False, 7),
    ]  # fmt: skip
    assert export.reading.grammar == GRAMMARS[name]
    assert export.reading.how_many_not_understood == 0


def test_every_file_is_tried() -> None:
    assert sorted(GRAMMARS) == sorted(path.stem for path in FILES.glob("*.txt"))
