"""Sheets that facilitators fill in: their cells, columns and lines, and the pack they make."""
