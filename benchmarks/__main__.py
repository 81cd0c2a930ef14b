"""Runs every benchmark, one after the other."""

import asyncio

from benchmarks import start

asyncio.run(start.main())
