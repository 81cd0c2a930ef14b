"""How often each rule agreed with the coder: the confidence of a tag."""

from functools import cache

from community.tagging.words import FOLDER, read

UNKNOWN = 0.5
"""Without any measurement a tag is as likely right as wrong."""


@cache
def _stored() -> tuple[dict[str, float], float]:
    stored = read(FOLDER / "confidence.toml")
    rules = {name: float(rule["confidence"]) for name, rule in stored.get("rules", {}).items()}
    return rules, float(stored.get("prior", UNKNOWN))


def of_rule(reason: str) -> float:
    """A rule's share of answers that the coder shared, from 0 to 1; a rule never measured has the prior."""
    rules, prior = _stored()
    return rules.get(reason, prior)
