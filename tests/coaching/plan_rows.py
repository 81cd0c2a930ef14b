"""Three rows of a work plan as a school's form had them, in our own short words: 16 + 8 + 8 points make 32."""

from typing import Any

ROWS: list[dict[str, Any]] = [
    {
        "result": "Meningkatnya kompetensi sebagai partisipan observasi praktik pembelajaran bersama rekan sejawat",
        "aim": "Mengajar lebih baik dari praktik rekan",
        "quantity": 2, "points": 8,
        "material": "Keteraturan kelas dan disiplin positif",
        "challenge": "Memberi umpan balik sesudah observasi",
        "anticipation": "Minta mentoring kepala sekolah, belajar dari PMM",
        "when_text": "minggu ke-3 bulan Mei", "place": "kelas 7 dan 8",
        "preparation": "pra-observasi, lembar cek, umpan balik",
        "support_source": "kepala sekolah, rekan sejawat", "support_form": "mentoring",
    },
    {
        "result": "Meningkatnya kompetensi sebagai peserta berbagi praktik baik di komunitas belajar",
        "aim": "Mengambil hal baik, mencoba, membagikan",
        "quantity": 2, "points": 4,
        "material": "Metode pembelajaran, budaya religi sekolah",
        "challenge": "Fokus terpecah, waktu",
        "anticipation": "Tempat nyaman, sarapan, alat siap, atur waktu dengan panitia",
        "when_text": "minggu ke-3 Feb dan ke-2 Mei", "place": "ruang guru dan webinar",
        "preparation": "belajar di PMM",
        "support_source": "sarana prasarana", "support_form": "internet, ruang guru nyaman",
    },
    {
        "result": "Meningkatnya kompetensi sebagai partisipan seminar, lokakarya, atau studi banding",
        "aim": "Inovasi dan pelayanan peserta didik",
        "quantity": 2, "points": 4,
        "material": "Teknik konseling dan inovasi pembelajaran",
        "challenge": "Fokus terpecah, waktu",
        "anticipation": "Tempat nyaman, sarapan, alat siap",
        "when_text": "minggu ke-3 Januari dan minggu ke-4 Mei", "place": "webinar",
        "preparation": "belajar di PMM",
        "support_source": "sarana prasarana", "support_form": "internet",
    },
]  # fmt: skip
COLUMNS = (
    "result", "aim", "quantity", "points", "total", "material", "challenge", "anticipation", "when_text", "place",
    "preparation", "support_source", "support_form",
)  # fmt: skip


def cells() -> list[list[Any]]:
    """The rows as a sheet has them, with their numbers and totals."""
    return [
        [number, *((row | {"total": row["quantity"] * row["points"]})[name] for name in COLUMNS)]
        for number, row in enumerate(ROWS, 1)
    ]
