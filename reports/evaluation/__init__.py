"""Two groups before and after a programme: what differs, how sure that is, and what it cannot say."""
