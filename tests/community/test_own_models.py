"""A group's own model: learnt from what people said about tags, used only where it is better, gone with them."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from community import conversation, listening, own_models, reviews
from community.tagging import LABELS, Said, own, tag
from community.tagging.own import Answer
from content.texts import Texts
from reports.review import agreement_words
from storage.database import Database, Session
from storage.models import GroupModel, Message, TagReview
from tests.community.test_listening import SARI, _said
from tests.counting import statements
from tests.reports.cast import Cast, cast, wall

DAY, NIGHT = wall("2026-11-18 12:00"), wall("2026-11-19 01:00")


def _answer(n: int, thought: str, said: str, *flags: str, drawn: bool = False) -> Answer:
    chances = tuple(0.6 if label == thought else 0.1 for label in LABELS)
    return Answer(n, said, flags, chances, drawn)


def _habit() -> list[Answer]:
    """What the standard model takes for small talk is a confirmation here."""
    habit = [_answer(n, "other", "coordination", "reason:short", drawn=n % 2 == 0) for n in range(40)]
    return habit + [_answer(100 + n, "motivation", "motivation", "reason:thanks") for n in range(40)]


def _chance() -> list[Answer]:
    dice = random.Random(7)
    return [_answer(n, "other", dice.choice(LABELS), f"reason:{n % 4}", drawn=True) for n in range(200)]


def _only_where_doubtful() -> list[Answer]:
    """Right for those that were asked because they were uncertain, wrong for messages as they come."""
    doubtful = [_answer(n, "other", "coordination", "reason:short") for n in range(60)]
    return doubtful + [_answer(100 + n, "other", "other", "reason:short", drawn=True) for n in range(15)]


@pytest.mark.parametrize(
    "answers, is_better",
    [
        (_habit(), True),
        (_chance(), False),
        (_only_where_doubtful(), False),
        ([_answer(n, "other", "other", "reason:short", drawn=True) for n in range(80)], False),  # right already
        (_habit()[:1] + _habit()[40:], False),  # one mistake is no habit
    ],
    ids=["a habit", "chance", "only where doubtful", "right already", "once"],
)
def test_it_is_used_only_where_held_back_answers_show_it_better(answers: list[Answer], is_better: bool) -> None:
    found = own.measured(answers)
    assert found.is_better is is_better, found
    assert found.n == len(answers)
    assert found.before == sum(LABELS[one.chances.index(0.6)] == one.label for one in answers) / len(answers)


def test_a_message_answered_twice_is_never_judged_by_its_own_answer() -> None:
    """Each message has a flag of its own: whoever saw one of its answers would know the others."""
    twice = [_answer(n, "other", LABELS[n % 4], f"own {n}") for n in range(40) for _ in range(3)]
    assert own.train(twice).rows.keys() == {own.ALWAYS, *(f"own {n}" for n in range(40))}
    assert own.measured(twice).after < 0.4


def test_few_answers_change_little_and_probabilities_stay_probabilities() -> None:
    few, many = own.train(_habit()[::20]), own.train(_habit())
    before = (0.1, 0.1, 0.1, 0.1, 0.6)
    moved = [one.chances(before, ("reason:short",)) for one in (few, many)]
    assert all(abs(sum(one) - 1) < 1e-9 for one in moved)
    at = LABELS.index("coordination")
    assert 0.1 < moved[0][at] < 0.4 < moved[1][at]
    assert own.Own({}).chances((0.0, 0.0, 0.0, 0.0, 1.0), ("new",))[4] > 0.99


SHORT, THANKS = "Siap, Bu", "Terima kasih banyak, Bu, sangat membantu"


async def _reviewed(session: Session, here: Cast, pairs: int) -> None:
    """Pak Hendra looked at so many of both: "siap" is a confirmation in this group, thanks are thanks."""
    hendra = here.people["Hendra"]
    for n in range(pairs):
        for text, label in ((SHORT, "coordination"), (THANKS, "motivation")):
            found = tag(Said(text))
            row = await here.says("Sari", found.label, DAY + timedelta(minutes=n), text=text, confidence=0.5)
            await conversation.retag(session, row.id, label, hendra, DAY)


async def _hears(session: Session, chat: int, number: int) -> tuple[str, str]:
    await listening.record(session, [_said(number, SHORT, user=SARI, at=DAY + timedelta(days=2), chat=chat)])
    found = await session.execute(select(Message.label, Message.source).where(Message.tg_message_id == number))
    label, source = found.one()
    return label, source


async def test_a_group_teaches_its_own_model_at_night_and_it_goes_with_who_taught_it(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        for one in (here, there):
            one.people["Sari"].tg_user_id = SARI if one is here else None
        assert tag(Said(SHORT)).label == "other"
        await _reviewed(session, here, own.NEEDED // 2 - 1)
        assert await own_models.train_due(session, NIGHT) == 0  # too few
        await _reviewed(session, here, 6)
        assert await own_models.train_due(session, DAY) == 0
        assert [await own_models.train_due(session, NIGHT) for _ in range(2)] == [1, 0]
        row = (await session.scalars(select(GroupModel))).one()
        assert (row.group_id, row.n, row.version is None) == (here.group.id, own.NEEDED + 10, False)
        assert row.before == 0.5 and 0.98 < (row.after or 0) < 1  # the very first message had no thread
        assert await _hears(session, -1001, 901) == ("coordination", "model")
        assert await _hears(session, -1002, 902) == ("other", "rule")
        told = await reviews.agreement(session, here.group.id)
        assert told is not None and told.learnt is not None
        assert "70 jawaban yang disisihkan untuk menguji, tebakan saya benar 99 %, sebelumnya 50 %" in (
            agreement_words(told, Texts("id"))
        )
        with statements() as seen:
            await _hears(session, -1001, 903)
        assert len(seen) == 8  # one is ours: what is in memory is not asked for again
        await conversation.forget(session, here.people["Hendra"], NIGHT)
        assert [await own_models.train_due(session, NIGHT) for _ in range(2)] == [1, 0]
        assert (await session.scalars(select(GroupModel))).all() == []
        assert await _hears(session, -1001, 904) == ("other", "rule")


async def test_of_another_standard_model_nothing_is_used(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.writing() as session:
        here = await cast(session)
        here.people["Sari"].tg_user_id = SARI
        await _reviewed(session, here, own.NEEDED // 2)
        assert await own_models.train_due(session, NIGHT) == 1
        monkeypatch.setattr(own_models, "base", lambda: "another")
        assert await _hears(session, -1001, 901) == ("other", "rule")
        told = await reviews.agreement(session, here.group.id)
        assert told is not None and told.learnt is None
        assert [await own_models.train_due(session, NIGHT) for _ in range(2)] == [1, 0]
        row = (await session.scalars(select(GroupModel))).one()
        assert (row.n, row.version, row.rows) == (0, None, None)


async def test_what_is_kept_to_learn_from_holds_no_word_name_or_address(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        asked = await here.says("Budi", "consultation", DAY, text="Bagaimana mengajar pecahan?")
        row = await here.says(
            "Sari", "resource", DAY, text="Ini RPP Melati https://sdn-rahasia.sch.id/x", kind="document",
            file_name="rpp.rahasia", reply_to=asked.tg_message_id,
        )  # fmt: skip
        gone = await here.says("Sari", "other", DAY, text=None)
        for one in (row, gone):
            await conversation.retag(session, one.id, "motivation", here.people["Hendra"], DAY)
        seen = {one.message_id: one.seen for one in await session.scalars(select(TagReview))}
        assert seen[gone.id] is None
        told = json.dumps(seen[row.id])
        assert not any(word in told.casefold() for word in ("rahasia", "melati", "pecahan", "sari", "budi"))
        assert seen[row.id] is not None and {"link", "kind:document", "quotes:consultation"} <= set(
            seen[row.id]["flags"]
        )
        assert sum(seen[row.id]["chances"]) == pytest.approx(1, abs=1e-3)
