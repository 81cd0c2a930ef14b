"""`python -m community.tagging FILE…` trains the model anew on labelled conversations (`make research`)."""

import sys
from pathlib import Path

from community.tagging import hidden_training, left_out
from community.tagging.messages import read_messages
from community.tagging.own import Answer
from community.tagging.training import examples, train, with_hidden, write

PARTS = 10
"""In so many parts groups are left out to find out how far the model can be trusted."""


def main(files: list[str]) -> None:
    """Train on these files, find out on groups left out where the model errs, and keep both.

    What files that were left out are for is learnt last, beside what those models say that have not seen them.
    """
    messages = [message for name in files for message in read_messages(Path(name))]
    found, hidden, answers = examples(messages), list[Answer](), dict[object, left_out.Answer]()
    for model, unseen in left_out.without(found, PARTS):
        answers |= {one.message["id"]: one for one in left_out.told(unseen, model)}
        hidden += hidden_training.answers(unseen, model)
    model = train(found, left_out.doubts_of([answers[one["id"]] for one in messages]))
    write(with_hidden(model, hidden_training.rows_of(hidden), hidden_training.made_of(messages)))


if __name__ == "__main__":
    main(sys.argv[1:])
