"""Arabic script for a drawer that puts sign after sign: letters joined, in the order in which the eye meets them."""

import unicodedata
from functools import cache

# The letters that have forms of their own for each place in a word, by Unicode's table of presentation forms.
_FORMS = (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFBFF), *range(0xFE80, 0xFEFD))


@cache
def _joined() -> dict[str, dict[str, str]]:
    """By letter (or lam and alef together) and place: isolated, initial, medial, final."""
    found: dict[str, dict[str, str]] = {}
    for number in _FORMS:
        place, *codes = unicodedata.decomposition(chr(number)).split() or ["none"]
        letters = "".join(chr(int(code, 16)) for code in codes)
        if place in ("<isolated>", "<initial>", "<medial>", "<final>") and (
            len(letters) == 1 or letters[0] == "\u0644"
        ):
            found.setdefault(letters, {})[place.strip("<>")] = chr(number)
    return found


def has(words: str) -> bool:
    """Is anything written from right to left in it?"""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in words)


def is_drawn(words: str) -> bool:
    """Has it been joined and turned around already?"""
    return any(0xFB50 <= ord(sign) <= 0xFEFC for sign in words)


def joined(words: str) -> str:
    """Each letter in the form that its neighbours ask for; the order stays."""
    forms, found, place = _joined(), list[str](), 0
    signs = [*words]
    while place < len(signs):
        pair = "".join(signs[place : place + 2])
        unit = pair if len(pair) == 2 and pair in forms else signs[place]
        if unit in forms:
            before = _neighbour(signs, place - 1, -1)
            after = _neighbour(signs, place + len(unit), 1)
            left = bool(before) and "initial" in forms.get(before, {})  # it reaches out to what follows
            right = "initial" in forms[unit] and bool(after) and "final" in forms.get(after, {})
            name = {
                (False, False): "isolated",
                (False, True): "initial",
                (True, True): "medial",
                (True, False): "final",
            }
            found.append(forms[unit].get(name[left, right]) or forms[unit].get("isolated") or unit)
        else:
            found.append(unit)
        place += len(unit)
    return "".join(found)


def _neighbour(signs: list[str], place: int, step: int) -> str:
    """The next letter that way; marks above and below stand in nobody's way."""
    while 0 <= place < len(signs) and unicodedata.combining(signs[place]):
        place += step
    return signs[place] if 0 <= place < len(signs) else ""


def in_order(line: str) -> str:
    """One line as it is put down from left to right."""
    from fpdf.bidi import BidiParagraph  # Unicode's own rules, without a package of their own

    return str(BidiParagraph(line).get_reordered_string()) if has(line) else line
