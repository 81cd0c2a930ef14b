"""Which of the tagger's reasons ask about the work, and which answer: without a database, for exports as well."""

ASKING = frozenset(
    f"tagging.{one}" for one in (
        "asks_for_material", "asks_for_help", "tells_trouble", "tells_problem", "follow_up_question",
        "reads_as_asking",
    )
)  # fmt: skip
ADVISING = frozenset(
    f"tagging.{one}" for one in (
        "gives_advice", "in_consultation", "complete_steps", "hands_over", "shows_material", "link_to_learn_with",
        "file_to_teach_with", "file_answers", "reads_as_advice",
        "reads_as_material",
    )
)  # fmt: skip
