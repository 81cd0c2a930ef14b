"""What marked days are for, by the words people use: libur, ujian, rapor, MPLS, masuk."""

import re

# The first kind that has one of its words in the text; a day off is what is left.
_WORDS = {
    "orientation": {"mpls", "orientasi", "orientation"},
    "report": {"rapor", "rapot", "raport", "report", "reports"},
    "exam": {"ujian", "ulangan", "asesmen", "tes", "pts", "pas", "pat", "uts", "uas", "asts", "asas", "exam", "exams"},
    "open": {"masuk", "buka", "open"},
    "closed": {"libur", "liburan", "tutup", "closed", "holiday", "holidays", "off"},
}
LABEL_LENGTH = 80
_WORD = re.compile(r"\w+")


def kind_of(words: str) -> tuple[str, str]:
    """The kind, and the label: the words themselves, or nothing where they say no more than the kind."""
    said = {word.lower() for word in _WORD.findall(words)}
    kind = next((kind for kind, known in _WORDS.items() if known & said), "closed")
    more = said - _WORDS[kind]
    return kind, " ".join(words.split())[:LABEL_LENGTH] if more else ""
