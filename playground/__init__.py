"""Telegram on your own machine: a strict simulator, a chat page, a clock to turn."""
