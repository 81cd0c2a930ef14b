"""What tagging a message costs: processor time on one core, beside two ways one would try first.

The peers: each of three hundred phrases looked for in the message by rapidfuzz (`partial_ratio`), and a TF-IDF of
letter sequences with logistic regression (scikit-learn) in one batch. Same messages, in turns, in one process; the
first pass of each, when every word is new, is not counted, and no text is remembered from one pass to
the next. Reading the model is a process of its own.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from community.tagging import reading, standard, tag, tag_by_rules
from community.tagging.messages import Groups, read_messages
from community.tagging.phrases import phrases

DATA = Path(__file__).parents[1] / "tests" / "data"
LEARNT, UNSEEN = DATA / "more_conversations.jsonl", DATA / "unseen_conversations.jsonl"
RUNS, BOUND = 9, 80
NEAR = fuzz.partial_ratio

LOAD = """
import re, time
from pathlib import Path
def peak():  # not ru_maxrss: a process inherits its parent's
    return int(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
from community.tagging import Said, standard, tag, tag_by_rules
tag_by_rules(Said("rapat besok jam 9"))
began = time.perf_counter()
standard(); tag(Said("rapat besok jam 9"))
print(time.perf_counter() - began, peak() - before)
"""


def main() -> None:
    """Print the table as Markdown."""
    messages = list(read_messages(UNSEEN))
    texts = [message["text"] for message in messages]
    listed = [" ".join(phrase.words) for phrase in phrases()][:300]
    learnt = list(read_messages(LEARNT))
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    fitted = LogisticRegression(max_iter=300).fit(
        letters.fit_transform([one["text"] for one in learnt]), [one["label"] for one in learnt]
    )

    def by(given: Callable[..., object]) -> Callable[[], object]:
        def run() -> None:
            # or all but the first pass would find the short texts read already
            standard()._texts.clear()
            reading._short.clear()
            groups = Groups(given)  # type: ignore[arg-type]
            for _ in groups.tag_all(messages) if given is tag else map(groups.tag, messages):
                pass

        return run

    ways: dict[str, Callable[[], object]] = {
        "rules and model": by(tag),
        "rules alone": by(tag_by_rules),
        "rapidfuzz over 300 phrases": lambda: [process.extractOne(one, listed, scorer=NEAR) for one in texts],
        "TF-IDF and logistic regression, one batch": lambda: fitted.predict(letters.transform(texts)),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(RUNS + 1):
        for name, way in ways.items():
            began = time.process_time()
            way()
            if turn:
                taken[name].append(1e6 * (time.process_time() - began) / len(messages))
    ours = median(taken["rules and model"])
    print(f"| {len(messages)} messages | µs a message | times ours |\n|---|---|---|")
    for name, some in taken.items():
        print(f"| {name} | {median(some):.0f} ({min(some):.0f} to {max(some):.0f}) | {median(some) / ours:.2f} |")
    told = [_loaded() for _ in range(5)]
    seconds, megabytes = median(one[0] for one in told), median(one[1] for one in told)
    print(f"\nBound {BOUND} µs. The model is read in {seconds:.2f} s (bound 1 s).")
    print(f"Python with tagger, phrases and numpy takes {megabytes:.0f} MB more than Python (bound 60 MB).")


def _loaded() -> tuple[float, float]:
    """Seconds to read the model, and megabytes a process takes more when it can tag."""
    told = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1])


if __name__ == "__main__":
    main()
