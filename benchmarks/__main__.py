"""Runs every benchmark, one after the other."""

import asyncio

from benchmarks import due, library, mornings, pairs, start

asyncio.run(start.main())
asyncio.run(due.main())
asyncio.run(mornings.main())
asyncio.run(library.main())
pairs.main()
