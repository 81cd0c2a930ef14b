"""A teacher's name mostly ends with a title, "S.Pd.", and a sentence with a full stop: one is enough."""

import pytest

from content.texts import LANGUAGES, Texts, phrases


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name, ends", [("Sari, S.Pd.", "S.Pd."), ("Sari", "Sari."), ("Sari & Budi", "Budi.")])
def test_a_title_at_the_end_of_a_sentence_has_one_full_stop(language: str, name: str, ends: str) -> None:
    say = Texts(language)
    assert say("coaching.ask.kept_both", name=name).endswith(ends) and ".." not in say(
        "coaching.ask.kept_both", name=name
    )
    assert say.plain("coaching.ask.kept_both", name=name).endswith(ends)
    marked = say("corrections.named", name=name)
    assert marked.endswith("S.Pd.</b>" if name.endswith(".") else "</b>.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_and_points_within_a_sentence_stay_as_they_are(language: str) -> None:
    say = Texts(language)
    assert say.plain("sessions.when", day="Selasa", hour="09.00").endswith("09.00")
    for key, words in phrases(language).items():
        assert ":stop}" not in words, key  # nobody writes it by hand
