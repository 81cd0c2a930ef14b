"""A conversation of four weeks: enough for percentages, with questions, a new voice and a line nobody can read."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.imports.values import NotUnderstood, Reading, Spoken

WIB = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 10, 5, 7, 0, tzinfo=WIB)
HOSTILE = "</svg><script>alert(1)</script> {{ 7 * 7 }} =HYPERLINK(1)"
DAY = (
    ("Sari", "Bapak Ibu, ada yang punya LKPD pecahan kelas 4?"),
    ("Budi", "Ini saya bagikan LKPD pecahan https://drive.google.com/file/d/1"),
    ("Sari", "Terima kasih banyak Pak, sangat membantu"),
    ("Hendra", "Rapat besok jam 9 di ruang guru ya"),
    ("Made", "Selamat pagi Bapak Ibu"),
)  # fmt: skip


class InventedTalk:
    """Each school day the same five messages; a fifth voice from the third week on."""

    def __init__(self, days: int = 20) -> None:
        self.days = days
        self.reading = Reading(f"Telegram JSON, {HOSTILE}", [NotUnderstood(7, "Sari \x1b[2J hilang")], 3)

    def __iter__(self) -> Iterator[Spoken]:
        key = 0
        for day in range(self.days):
            at = START + timedelta(days=day + 2 * (day // 5))
            for place, (sender, text) in enumerate(DAY):
                key += 1
                spoken = "Wati" if day >= 10 and place == 4 else sender
                yield Spoken(int((at + timedelta(minutes=10 * place)).timestamp()), spoken, text, key=key)
