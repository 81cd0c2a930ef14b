"""`python -m community.tagging FILE…` trains the model anew on labelled conversations (`make research`)."""

import sys
from pathlib import Path

from community.tagging.left_out import doubts_of, left_out
from community.tagging.messages import read_messages
from community.tagging.training import examples, train, write

PARTS = 10
"""In so many parts groups are left out to find out how far the model can be trusted."""


def main(files: list[str]) -> None:
    """Train on these files, find out on groups left out where the model errs, and keep both."""
    found = examples(message for name in files for message in read_messages(Path(name)))
    write(train(found, doubts_of(list(left_out(found, PARTS)))))


if __name__ == "__main__":
    main(sys.argv[1:])
