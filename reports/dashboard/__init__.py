"""What the dashboard shows: places one may look at, and their figures as values. How a page looks is the door's."""
