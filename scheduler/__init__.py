"""The clock and the timetable."""
