"""A pack in which everything a pack may hold occurs once."""

from pathlib import Path

from content import pack_writing
from content.lessons import (
    Branch,
    Choice,
    ChoiceText,
    Criterion,
    Lesson,
    LessonText,
    Medium,
    MediumText,
    Pack,
    Practice,
    Quiz,
    QuizText,
    Worksheet,
    WorksheetText,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
_BODIES = {
    "id": "Kita mulai dari satu soal. " + "Murid menulis, lalu guru membaca **bersama**. " * 10,
    "en": "We begin with one task. " + "Pupils write, then the teacher reads **together** with them. " * 8,
}


def body(language: str) -> str:
    return _BODIES[language].replace("**", "", 14 if language == "en" else 18).strip()


def text(language: str, title: str) -> LessonText:
    other = language == "en"
    return LessonText(
        title,
        body(language),
        "Try one task." if other else "Coba satu soal.",
        "What did you see?" if other else "Apa yang tampak?",
    )


def sample() -> Pack:
    """Two weeks of one day each, and a side lesson."""
    texts = {one: text(one, "One task" if one == "en" else "Satu soal") for one in ("id", "en")}
    rich = {
        one: said._replace(
            media=(MediumText("Papan", "Papan tulis dengan tiga soal."), MediumText("Video", "Guru membaca soal.")),
            quiz=QuizText("2 + 2?", ("3", "4", "=5"), "Dihitung dengan jari."),
            choice=ChoiceText("Siap?", ("Siap", "Belum")),
            worksheet=WorksheetText("Catatan", ("Apa soalnya?", "Apa jawabnya?")),
            answer="Soalnya satu.\n\nJawabnya dua.",
            checks=("Murid menulis", "Murid membaca"),
            branches=("Baca lagi papan tulis.", None, "Cukup teksnya saja."),
        )
        for one, said in texts.items()
    }
    first = Lesson(
        "01-satu", 1, "pekan-satu", "see", 10, "pedagogik", "augmentation",
        (Medium("photo", "media/papan.png", None, 2), Medium("video", None, "https://contoh.sch.id/v.mp4", 4000)), rich,
        Quiz(3, 2), Choice(("siap", "belum")), Worksheet(2, 2, 1), 2,
        (Branch(0, "quiz", "wrong"), Branch(1, "choice", "belum", "01-satu", "s1-lagi"), Branch(2, "signal", "weak")),
    )  # fmt: skip
    second = Lesson(
        "02-dua", 2, "pekan-dua", "reflect", 15, "sosial", None, (),
        {one: said._replace(title=f"{said.title} 2", branches=("- Seperti kemarin.",)) for one, said in texts.items()},
        branches=(Branch(0, "choice", "siap", "01-satu"),),
    )  # fmt: skip
    side = Lesson("s1-lagi", None, "pekan-satu", "try", 5, "profesional", None, (), texts)
    criteria = (Criterion("bukti", {"id": "Ada bukti", "en": "There is evidence"}),)
    weeks = (
        Practice("pekan-satu", {"id": "Pekan satu", "en": "Week one"}, criteria, ("01-satu",)),
        Practice("pekan-dua", {"id": "Pekan dua", "en": "Week two"}, criteria, ("02-dua",)),
    )
    words = {"id": "Contoh", "en": "Sample"}
    return Pack("contoh", 3, "draft", "coach", True, words, words, weeks, (first, second), (side,))


def written(folder: Path) -> Path:
    """The sample as a folder, with its photo."""
    photo = folder / "papan.png"
    photo.write_bytes(PNG)
    pack_writing.write(sample(), folder / "contoh", {"media/papan.png": photo})
    return folder / "contoh"
