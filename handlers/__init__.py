"""The Telegram door: one module per conversation, no rules, no SQL."""
