"""The browser door: health, webhook and dashboard."""
