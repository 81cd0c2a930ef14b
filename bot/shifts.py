"""The work of a process that is one of several: what everybody does at once, and what only the leader does."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from bot.intake import poll
from bot.parts import Part

if TYPE_CHECKING:
    from bot.app import Assistant
    from bot.company import Company


def shared_work(assistant: "Assistant", company: "Company") -> list[Coroutine[Any, Any, None]]:
    """What the parts of this process have to do, until the assistant stops."""
    led = {Part.COURIER: _deliver, Part.CLOCK: _keep_time}
    if not assistant.settings.webhook_url:
        led[Part.INTAKE] = _poll  # Telegram lets one ask
    work = [
        company.lead(part, lambda resigned, do=do: do(assistant, resigned), assistant.stopping)  # type: ignore[misc]
        for part, do in led.items()
        if part in assistant.parts
    ]
    if Part.TALK in assistant.parts:
        work.append(assistant.pump.run())
    return work or [_idle(assistant.stopping)]


async def _deliver(assistant: "Assistant", resigned: asyncio.Event) -> None:
    courier = assistant.hire_courier()
    delivering = asyncio.create_task(courier.run())
    leaving = asyncio.create_task(resigned.wait())
    await asyncio.wait({delivering, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    courier.stop()
    await delivering


async def _keep_time(assistant: "Assistant", resigned: asyncio.Event) -> None:
    runner = assistant.hire_timekeeper()
    runner.start()
    await resigned.wait()
    await runner.stop()


async def _poll(assistant: "Assistant", resigned: asyncio.Event) -> None:
    await poll(assistant.line, assistant.intake, resigned)


async def _idle(stopping: asyncio.Event) -> None:
    await stopping.wait()
