"""Surveys and tests of a group: opened, asked, reminded of once, closed, and scored."""
