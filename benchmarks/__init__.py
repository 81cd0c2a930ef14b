"""The figures of docs/performance.md, each beside a peer in one run: `make bench`."""
