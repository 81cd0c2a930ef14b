"""Runs every benchmark, one after the other; what takes longer has options, named in its module's first lines."""

import asyncio

from benchmarks import (
    broadcasts,
    counts,
    due,
    exports,
    groups,
    library,
    listening,
    long_day,
    mornings,
    pairs,
    start,
    tagging,
    tagging_cost,
)

asyncio.run(start.main())
asyncio.run(due.main())
asyncio.run(mornings.main())
asyncio.run(groups.main())
asyncio.run(library.main())
asyncio.run(listening.main())
asyncio.run(broadcasts.main())
asyncio.run(long_day.main())
asyncio.run(counts.main())
pairs.main()
exports.main()
tagging_cost.main()
tagging.main(None)
