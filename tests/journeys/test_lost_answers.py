"""A prompt whose delivery was never confirmed is still a prompt: who answers it is heard."""

from datetime import timedelta

from playground import demo
from storage.models import Reflection
from tests.journeys.house import open_house
from tests.waiting import eventually


async def test_a_reply_to_a_prompt_whose_answer_was_lost_is_a_reflection(one_database_url: str):
    async with open_house(one_database_url, demo.START) as house:
        school = await demo.build(house.playground)
        await house.settled()
        melati, budi = school.groups["melati"], school.people["budi"]
        await house.playground.fault("answer_lost", method="sendMessage", chat=melati)
        await house.playground.turn(by=timedelta(minutes=36))  # 06.31: the prompt has been sent, nobody knows

        async def prompts() -> list[int]:
            said = await house.playground.messages(melati)
            return [message["message_id"] for message in said if "refl:" in str(message.get("reply_markup"))]

        (first,) = await eventually(prompts, about="the prompt")
        await house.playground.send(budi, melati, "Murid saya lebih tenang hari ini.", reply_to=first)
        await house.settled()
        await house.playground.turn(by=timedelta(seconds=15))
        await house.settled()
        assert len(await prompts()) == 2, "the second try: a double, and counted as unknown"
        (kept,) = await house.rows(Reflection)
        assert (kept.text, kept.audience) == ("Murid saya lebih tenang hari ini.", "group")
