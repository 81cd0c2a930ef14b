"""What somebody may have meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community.roles import Role
from community.smalltalk import Meant, kinds, understand
from content.texts import LANGUAGES, Texts
from handlers.menu import COMMANDS, IN_GROUPS, NAMES, commands_for, drafts, first_for
from tests.community.cast import NOW


@pytest.mark.parametrize(
    "said, command",
    [
        ("refleksi", "refleksi"),
        ("Refleksi!", "refleksi"),
        ("laporn", "laporan"),
        ("/refleski", "refleksi"),
        ("/reflect", "refleksi"),
        ("/laporn@sejawat_bot", "laporan"),
        ("ringkasn", "ringkasan"),
        ("hari ini", "hariini"),
        ("atur grup", "aturgrup"),
        ("bantuan", "bantuan"),
        ("/Privasii", "privasi"),
    ],
)
def test_mistyped_commands_and_bare_words_are_understood(said: str, command: str) -> None:
    assert understand(said, NAMES) == Meant(command=command)


@pytest.mark.parametrize(
    "said, talk",
    [
        ("Assalamu'alaikum wr wb", "salam"),
        ("assalamualaikum bu", "salam"),
        ("Sugeng enjing, Bu", "javanese_morning"),
        ("Matur nuwun sanget", "javanese_thanks"),
        ("nggih", "javanese_fine"),
        ("Hatur nuhun pisan", "sundanese_thanks"),
        ("Sampurasun", "sundanese_hello"),
        ("makasih ya", "thanks"),
        ("terima kasi banyak", "thanks"),
        ("halo", "hello"),
        ("selamat pagi pak", "morning"),
        ("ok", "fine"),
    ],
)
def test_greetings_are_understood_in_three_languages(said: str, talk: str) -> None:
    assert understand(said, NAMES) == Meant(talk=talk)


@pytest.mark.parametrize(
    "said",
    ["", "/", "besok rapat jam 9", "anak-anak saya belum paham pecahan", "kopi", "murid saya senang sekali hari ini"],
)
def test_other_talk_is_nobodys_command(said: str) -> None:
    assert understand(said, NAMES) is None


@given(some.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_understood_or_not_but_never_breaks(said: str) -> None:
    meant = understand(said, NAMES)
    assert meant is None or bool(meant.command) is not bool(meant.talk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_talk_and_every_command_has_words(language: str) -> None:
    say = Texts(language)
    assert all(say(f"community.talk.{kind}", name="Sari") for kind in kinds())
    for entry in (*COMMANDS, *IN_GROUPS):
        assert 1 <= len(say.plain(f"community.command.{entry.name}")) <= 256


def test_a_menu_shows_what_its_role_can_do() -> None:
    shown = {role: {one["command"] for one in commands_for({role}, "id")} for role in Role}
    assert {"refleksi", "hariini"} <= shown[Role.TEACHER]
    assert not {"laporan", "gabung", "ringkasan"} & shown[Role.TEACHER]
    assert {"laporan", "gabung", "undang", "anggota"} <= shown[Role.FACILITATOR]
    for role in Role:
        assert ("ringkasan" in shown[role]) is (role in {Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR})
    assert all({"bantuan", "privasi", "hapusdata", "batal"} <= menu for menu in shown.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_leads_and_teaches_finds_both_in_the_first_six(language: str) -> None:
    for roles in [{role} for role in Role] + [{Role.TEACHER, Role.FACILITATOR}, set()]:
        first, whole = first_for(roles, language), commands_for(roles, language)
        assert [one for one in whole if one in first] == first
        assert len(first) == 6 or first == whole
    both = [one["command"] for one in first_for({Role.TEACHER, Role.FACILITATOR}, "id")]
    assert both == ["hariini", "refleksi", "jurnal", "laporan", "gabung", "anggota"]


def test_a_teacher_reads_nothing_of_limits_that_a_facilitator_sets() -> None:
    of = {
        role: {one["command"]: one["description"] for one in commands_for({role}, "id")}
        for role in (Role.TEACHER, Role.FACILITATOR)
    }
    assert "batas" in of[Role.FACILITATOR]["program"]
    assert "batas" not in of[Role.TEACHER]["program"]


def test_the_menus_for_everybody_are_four_letters_each_with_its_own_key() -> None:
    made = drafts(NOW.date(), NOW)
    assert len({draft.key for draft in made}) == len(made) == 4
    assert {(draft.params["scope"]["type"], draft.params.get("language_code")) for draft in made} == {
        ("default", None),
        ("default", "en"),
        ("all_group_chats", None),
        ("all_group_chats", "en"),
    }


def test_the_english_menu_offers_the_english_names() -> None:
    shown = [one["command"] for one in commands_for({Role.TEACHER}, "en")]
    assert shown[:2] == ["today", "reflect"]
    assert "hariini" not in shown
