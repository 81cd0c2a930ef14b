"""Who is who and what is said: people, groups, consent, calendar, the conversation."""
