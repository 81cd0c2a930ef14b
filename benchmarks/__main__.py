"""Runs every benchmark, one after the other."""

import asyncio

from benchmarks import due, exports, library, mornings, pairs, start

asyncio.run(start.main())
asyncio.run(due.main())
asyncio.run(mornings.main())
asyncio.run(library.main())
pairs.main()
exports.main()
