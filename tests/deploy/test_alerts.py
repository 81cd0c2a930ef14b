"""What Grafana shows and Prometheus alerts of exists, says nothing of anybody, and is explained on the page."""

import json
import re
from typing import Any

import yaml
from prometheus_client.process_collector import ProcessCollector

from bot import metrics
from tests.deploy import units

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((units.DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
BOARD: dict[str, Any] = json.loads((units.DEPLOY / "grafana.json").read_text(encoding="utf-8"))
ASKED = [rule["expr"] for rule in RULES] + [one["expr"] for panel in BOARD["panels"] for one in panel["targets"]]


def _known() -> dict[str, set[str]]:
    """The labels of every series by its name, as they are told to Prometheus."""
    found: dict[str, set[str]] = {}
    for collector in metrics.REGISTRY._collector_to_names:
        for name in metrics.REGISTRY._collector_to_names[collector]:
            found[name] = set(getattr(collector, "_labelnames", ()))
    return found | {family.name: set() for family in ProcessCollector(registry=None).collect()}


def test_every_metric_that_is_asked_for_exists_with_its_labels():
    known = _known()
    for expression in ASKED:
        for name, chosen in re.findall(r"\b((?:sejawat|process)_\w+)(?:\{([^}]*)\})?", expression):
            assert name in known, expression
            assert set(re.findall(r"(\w+)=", chosen)) <= known[name], expression
        assert re.search(r"\b(?:sejawat_|process_|up\b)", expression), expression


def test_every_metric_of_ours_is_shown():
    ours = {one.removesuffix("_total") for one in re.findall(r"sejawat_\w+", " ".join(ASKED))}
    counted = {name for name in _known() if name.startswith("sejawat_")}
    bare = {re.sub(r"_(total|created|bucket|sum|count)$", "", name) for name in counted}
    assert {re.sub(r"_(bucket|sum|count)$", "", one) for one in ours} == bare


def test_no_label_says_who():
    labels = {label for labels in _known().values() for label in labels}
    assert labels == {"outcome", "kind", "lane", "part"}


def test_every_alert_has_what_to_do_on_the_page():
    page = (units.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = page.split("## Alerts")[1].split("\n## ")[0]
    told = dict(re.findall(r"^\| `(Sejawat\w+)` \| ([^|]+ \| [^|]+) \|$", block, re.MULTILINE))
    assert set(told) == {rule["alert"] for rule in RULES}
    assert all(
        rule["annotations"]["summary"] and rule["labels"]["severity"] in {"warning", "critical"} for rule in RULES
    )


def _exported() -> set[str]:
    """The name of every series as it stands on the page that Prometheus reads; `up` is its own."""
    found = {"up"}
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", metrics.page().decode(), re.MULTILINE):
        found |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return found


WORDS_OF_PROMETHEUS = {"sum", "min", "max", "count", "rate", "by", "histogram_quantile"}


def test_every_query_of_the_board_reads_a_series_that_is_exported():
    exported = _exported()
    for panel in BOARD["panels"]:
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby *\([^)]*\)", "", target["expr"])
            named = set(re.findall(r"[a-z_]\w*", bare)) - WORDS_OF_PROMETHEUS
            assert named and named <= exported, (panel["title"], target["expr"], named - exported)


def test_panels_ask_the_source_that_is_chosen_at_the_import_and_do_not_cover_each_other():
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    (chosen,) = BOARD["templating"]["list"]
    assert (chosen["type"], chosen["query"]) == ("datasource", "prometheus")
    assert {panel["datasource"]["uid"] for panel in panels} == {f"${{{chosen['name']}}}"}
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        here = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert taken.isdisjoint(here) and max(x for x, _ in here) < 24, panel["title"]
        taken |= here
