"""The invented data of tests/data/evaluation_*.csv as studies, and what R says of them."""

import csv
from functools import cache

from content.texts import Texts
from reports.evaluation.figures import Evaluation, evaluate
from reports.evaluation.sheet import Scale, read
from reports.evaluation.values import Study
from tests.house.tree import ROOT

DATA = ROOT / "tests" / "data"
HIGHEST = {"rubric": 100, "questionnaire": 5, "uneven": 100, "skewed": 100, "schools": 100}


def study(name: str) -> Study:
    return read((DATA / f"evaluation_{name}.csv").read_bytes(), Texts("id"), Scale(0, HIGHEST[name]))


@cache
def evaluation(name: str) -> Evaluation:
    return evaluate(study(name))


@cache
def expected() -> dict[str, dict[str, float]]:
    """R's figures by data and name."""
    found: dict[str, dict[str, float]] = {}
    with (DATA / "evaluation_expected.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["data"] != "made":
                found.setdefault(line["data"], {})[line["figure"]] = float(line["value"])
    return found
