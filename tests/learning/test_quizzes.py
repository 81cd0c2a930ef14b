"""Quizzes and choices: sent and kept once, answered by whoever may, and what they lead to is said in private."""

import pytest
from sqlalchemy import update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from handlers.quizzes import ANSWERS
from learning import quizzes
from learning.refusals import Gone
from storage.database import Database
from storage.models import Delivery, LessonAnswer, LessonPoll, Letter, Membership
from tests.content.sample import sample
from tests.learning.conftest import MORNING, Cast, data_of, letters, words_of
from tests.learning.means import (
    BUDI,
    GROUP,
    HENDRA,
    MADE,
    NOBODY,
    SARI,
    TAMU,
    MeansDoor,
    prompt_of,
    rows,
)

WRONG, RIGHT = 0, 1  # of the sample's three options


@pytest.fixture
async def lesson(database: Database, cast: Cast) -> Delivery:
    return await prompt_of(database, cast)


@pytest.fixture
async def talk(database: Database, lesson: Delivery) -> MeansDoor:
    return MeansDoor(database)


async def _sent(database: Database, lesson: Delivery, poll_id: str = "p1", person: str = "quiz:{}:1") -> None:
    """Telegram has the poll that was sent last."""
    async with database.writing() as session:
        await quizzes.arrived(session, lesson.id, poll_id, MORNING)


def test_the_answer_of_telegram_finds_its_way() -> None:
    assert set(ANSWERS) == {"learning.quiz_sent"}


async def test_the_quiz_is_telegrams_own_and_tells_who_answered(talk: MeansDoor, lesson: Delivery) -> None:
    toast, quiz = await talk.tap(SARI, f"quiz:{lesson.id}", GROUP)
    assert toast.params["text"] == "Saya tulis di chat pribadi."
    assert (quiz.method, quiz.chat_id) == ("sendPoll", SARI)
    assert quiz.params["type"] == "quiz" and quiz.params["is_anonymous"] is False
    assert quiz.params["correct_option_ids"] == [RIGHT]
    assert [one["text"] for one in quiz.params["options"]] == ["3", "4", "=5"]
    assert quiz.params["explanation"] == "Dihitung dengan jari."
    assert quiz.then == "learning.quiz_sent" and quiz.then_data["delivery"] == lesson.id


async def test_a_second_tap_says_where_it_stands(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    _, waits = await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    assert words_of(waits) == "Kuisnya sedang saya kirim."
    async with database.writing() as session:
        result = {"message_id": 77, "chat_id": SARI}
        sent = update(Letter).where(Letter.method == "sendPoll").values(state="delivered", result=result)
        await session.execute(sent)
    _, again = await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    assert again.params["reply_parameters"]["message_id"] == 77
    assert len(await letters(database, Letter.method == "sendPoll")) == 1


async def test_a_quiz_that_never_came_is_sent_again(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.method == "sendPoll").values(state="refused"))
    _, again = await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    assert again.method == "sendPoll"
    assert len(await letters(database, Letter.method == "sendPoll")) == 2


@pytest.mark.parametrize(
    "option, correct, told",
    [(WRONG, False, ["Baca lagi papan tulis.", "Soalnya satu."]), (RIGHT, True, ["Soalnya satu."])],
)
async def test_the_answer_is_kept_and_its_branch_said_once(
    database: Database, cast: Cast, option: int, correct: bool, told: list[str]
) -> None:
    # Without a worksheet the worked answer belongs to the quiz.
    pack = sample()
    pack = pack._replace(lessons=(pack.lessons[0]._replace(worksheet=None), *pack.lessons[1:]))
    lesson = await prompt_of(database, cast, pack=pack)
    door = MeansDoor(database)
    await _sent(database, lesson)
    (said,) = await door.vote(SARI, "p1", option)
    assert [words for words in ("Baca lagi papan tulis.", "Soalnya satu.") if words in words_of(said)] == told
    assert data_of(said) == [f"refl:{lesson.id}"]
    assert await door.vote(SARI, "p1", RIGHT) == []
    (kept,) = await rows(database, LessonAnswer)
    assert (kept.kind, kept.value, kept.correct) == ("quiz", str(option), correct)


async def test_beside_a_worksheet_the_worked_answer_waits_for_the_hand_in(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    await _sent(database, lesson)
    (said,) = await talk.vote(SARI, "p1", WRONG)
    assert "Baca lagi papan tulis." in words_of(said) and "Soalnya satu." not in words_of(said)
    assert await talk.vote(BUDI, "p1", RIGHT) == [], "passed on to a colleague: kept, with nothing to add"
    assert {one.correct for one in await rows(database, LessonAnswer)} == {True, False}


@pytest.mark.parametrize("who", [MADE, TAMU, HENDRA, NOBODY])
async def test_who_does_not_teach_here_leaves_no_answer(
    database: Database, talk: MeansDoor, lesson: Delivery, who: int
) -> None:
    await _sent(database, lesson)
    assert await talk.vote(who, "p1", RIGHT) == []
    assert await rows(database, LessonAnswer) == []


@pytest.mark.parametrize("options", [(), (0, 1), (3,), (-1,)])
async def test_a_vote_that_is_no_answer_is_none(
    database: Database, talk: MeansDoor, lesson: Delivery, options: tuple[int, ...]
) -> None:
    await _sent(database, lesson)
    assert await talk.vote(SARI, "p1", *options) == []
    assert await rows(database, LessonAnswer) == []


async def test_a_poll_of_another_kind_is_passed_over(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    assert await talk.vote(SARI, "unknown", RIGHT) == []
    assert await rows(database, LessonAnswer) == []


@pytest.mark.parametrize(
    "letter", [{"state": "delivered", "result": {"poll_id": "p9"}}, {"state": "sending"}, {"unknowns": 1}]
)
async def test_a_vote_that_overtakes_the_news_of_its_poll_is_kept(
    database: Database, talk: MeansDoor, lesson: Delivery, letter: dict[str, object]
) -> None:
    await talk.tap(SARI, f"quiz:{lesson.id}", SARI)
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.method == "sendPoll").values(**letter))
    await talk.vote(SARI, "p9", RIGHT)
    (kept,) = await rows(database, LessonAnswer)
    assert (kept.delivery_id, kept.correct) == (lesson.id, True)


async def test_a_vote_in_doubt_between_two_quizzes_is_not_guessed(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    other = await prompt_of(database, cast, pack=sample()._replace(id="lain"))
    for one in (lesson, other):
        await talk.tap(SARI, f"quiz:{one.id}", SARI)
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.method == "sendPoll").values(unknowns=1))
    assert await talk.vote(SARI, "p9", RIGHT) == []
    assert await rows(database, LessonAnswer) == []


async def test_news_of_a_poll_whose_prompt_is_gone_is_let_go(database: Database) -> None:
    async with database.writing() as session:
        await quizzes.arrived(session, 4711, "p1", MORNING)
    assert await rows(database, LessonPoll) == []


@pytest.mark.parametrize("data", ["quiz:{0}", "choose:{0}", "sheet:{0}", "chose:{0}:0"])
@pytest.mark.parametrize(
    "who, refusal", [(MADE, NotAllowed), (TAMU, NotAllowed), (HENDRA, NotAllowed), (NOBODY, NeedsConsent)]
)
async def test_a_tap_of_somebody_else_is_refused(
    talk: MeansDoor, lesson: Delivery, data: str, who: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await talk.tap(who, data.format(lesson.id), who)


@pytest.mark.parametrize(
    "data", ["quiz:4711", "choose:x", "chose:{0}:9", "chose:{0}:-1x", "sheet:99999999999999999999", "side:{0}:nope",
             "media:{0}:9", "mediadl:{0}:7:s1-lagi", "check:{0}:0", "evdel:3", "evsee:4711", "wsans:5"],
)  # fmt: skip
async def test_a_made_up_number_is_harmless(database: Database, talk: MeansDoor, lesson: Delivery, data: str) -> None:
    if data == "chose:{0}:-1x":  # reads as 0, which is an option
        await talk.tap(SARI, data.format(lesson.id), SARI)
        return
    with pytest.raises(Gone):
        await talk.tap(SARI, data.format(lesson.id), SARI)


async def test_a_choice_is_marked_and_says_what_it_leads_to(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    _, question = await talk.tap(SARI, f"choose:{lesson.id}", GROUP)
    assert data_of(question) == [f"chose:{lesson.id}:0", f"chose:{lesson.id}:1"]
    shown, *sides = await talk.tap(SARI, f"chose:{lesson.id}:0", SARI)
    assert "Pilihan Bapak/Ibu: <b>Siap</b>" in words_of(shown) and sides == []
    assert shown.params["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ Siap"
    (kept,) = await rows(database, LessonAnswer)
    assert (kept.kind, kept.value, kept.correct) == ("choice", "siap", None)


async def test_a_side_lesson_comes_once_with_the_buttons_of_its_prompt(
    database: Database, talk: MeansDoor, lesson: Delivery
) -> None:
    _, side = await talk.tap(SARI, f"chose:{lesson.id}:1", SARI)
    assert words_of(side).startswith("<b>Satu soal</b>")
    assert data_of(side) == [f"refl:{lesson.id}", f"tried:{lesson.id}", f"ask:{lesson.id}"]
    await talk.tap(SARI, f"chose:{lesson.id}:0", SARI)
    await talk.tap(SARI, f"chose:{lesson.id}:1", SARI)
    assert len(await letters(database, Letter.key.startswith("side:"))) == 1
    (kept,) = await rows(database, LessonAnswer)
    assert kept.value == "belum", "the last answer stands"


async def test_after_the_next_lesson_the_choice_stays_as_it_is_but_a_first_one_is_welcome(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery
) -> None:
    await talk.tap(SARI, f"chose:{lesson.id}:0", SARI)
    await prompt_of(database, cast, 1, enrolment=lesson.enrolment_id)
    with pytest.raises(Refusal) as late:
        await talk.tap(SARI, f"chose:{lesson.id}:1", SARI)
    assert late.value.text_key == "means.choice.closed"
    shown, *_ = await talk.tap(BUDI, f"chose:{lesson.id}:1", BUDI)
    assert "boleh diganti" not in words_of(shown) and data_of(shown) == []
    assert {one.value for one in await rows(database, LessonAnswer)} == {"siap", "belum"}


async def test_who_left_the_group_answers_no_more(database: Database, talk: MeansDoor, lesson: Delivery) -> None:
    await _sent(database, lesson)
    async with database.writing() as session:
        await session.execute(update(Membership).values(until=MORNING))
    assert await talk.vote(SARI, "p1", RIGHT) == []
    with pytest.raises(NotAllowed):
        await talk.tap(SARI, f"quiz:{lesson.id}", SARI)


@pytest.mark.parametrize("data, letter", [("quiz:{0}", "k{0}"), ("choose:{0}", "c{0}"), ("sheet:{0}", "w{0}")])
async def test_whose_private_chat_is_shut_is_led_there(
    database: Database, cast: Cast, talk: MeansDoor, lesson: Delivery, data: str, letter: str
) -> None:
    async with database.writing() as session:
        (await session.get_one(type(cast["Sari"]), cast["Sari"].id)).reachable = False
    opens, *_ = await talk.tap(SARI, data.format(lesson.id), GROUP)
    assert opens.params["url"].endswith(f"?start={letter.format(lesson.id)}")
    assert await talk.message(SARI, f"/start {letter.format(lesson.id)}")
