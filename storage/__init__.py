"""Engine, tables, inbox, outbox, conversation state, migrations."""
