"""What is counted for Prometheus. No label says who: kinds, outcomes, lanes and parts alone."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, processor time, open files

_SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

TAKEN = Counter(
    "sejawat_updates_taken_total", "Updates that Telegram gave us: new, duplicate, odd.", ["outcome"], registry=REGISTRY
)
UPDATES = Counter(
    "sejawat_updates_total", "Updates dealt with, by kind and by what became of them.", ["kind", "outcome"],
    registry=REGISTRY,
)  # fmt: skip
LETTERS = Counter(
    "sejawat_letters_total", "Letters by lane and by what became of them.", ["lane", "outcome"], registry=REGISTRY
)
INBOX_LAG = Gauge("sejawat_inbox_lag_seconds", "Age of the oldest update that waits.", registry=REGISTRY)
OUTBOX_LAG = Gauge(
    "sejawat_outbox_lag_seconds", "How long the letter that is due longest has waited.", ["lane"], registry=REGISTRY
)
CLOCK_LAG = Gauge(
    "sejawat_clock_lag_seconds", "How late the latest rhythm is, where the clock leads.", registry=REGISTRY
)
TAGGED = Histogram(
    "sejawat_tag_latency_seconds", "From an update's arrival to its tagged row.", buckets=_LONG, registry=REGISTRY
)
ANSWERED = Histogram(
    "sejawat_answer_latency_seconds", "From an update's arrival to its answer in the outbox.", buckets=_LONG,
    registry=REGISTRY,
)  # fmt: skip
DATABASE = Histogram("sejawat_database_seconds", "Time of a statement.", buckets=_SHORT, registry=REGISTRY)
DATABASE_UP = Gauge("sejawat_database_up", "Whether the database answers.", registry=REGISTRY)
LEADS = Gauge("sejawat_leads", "1 where this process leads a part, 0 where it stands by.", ["part"], registry=REGISTRY)
REDIS_FALLBACKS = Counter(
    "sejawat_redis_fallbacks_total", "Turns that PostgreSQL kept because Redis was gone.", registry=REGISTRY
)


def kind(raw: dict[str, Any] | None) -> str:
    """What kind of update that is: its one name, which Telegram or the intake gave it."""
    return next(iter(raw), "none") if raw else "none"


def page() -> bytes:
    """Everything as Prometheus reads it (text format 0.0.4)."""
    return generate_latest(REGISTRY)
