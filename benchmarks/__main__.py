"""Runs every benchmark, one after the other."""

import asyncio

from benchmarks import due, exports, library, listening, mornings, pairs, start, tagging, tagging_cost

asyncio.run(start.main())
asyncio.run(due.main())
asyncio.run(mornings.main())
asyncio.run(library.main())
asyncio.run(listening.main())
pairs.main()
exports.main()
tagging_cost.main()
tagging.main(None)
