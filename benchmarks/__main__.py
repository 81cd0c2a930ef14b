"""Runs every benchmark, one after the other; what takes longer has options, named in its module's first lines."""

import asyncio

from benchmarks import (
    answering,
    broadcasts,
    counts,
    doors,
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
    units,
)

asyncio.run(start.main())
asyncio.run(due.main())
asyncio.run(mornings.main())
asyncio.run(groups.main())
asyncio.run(library.main())
asyncio.run(listening.main())
asyncio.run(doors.main())
asyncio.run(answering.main())
asyncio.run(broadcasts.main())
asyncio.run(long_day.main())
asyncio.run(counts.main())
asyncio.run(units.main())
pairs.main()
exports.main()
tagging_cost.main()
tagging.main(None)
