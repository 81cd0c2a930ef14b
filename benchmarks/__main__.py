"""Runs every benchmark, one after the other."""

import asyncio

from benchmarks import due, pairs, start

asyncio.run(start.main())
asyncio.run(due.main())
pairs.main()
