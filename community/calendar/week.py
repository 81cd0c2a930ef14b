"""Days of the week, and the weeks that schools have, as text."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIVE_DAYS, SIX_DAYS = "mon,tue,wed,thu,fri", "mon,tue,wed,thu,fri,sat"
# Schools that rest on Friday: six days with Sunday, or five from Sunday to Thursday.
SIX_DAYS_FRIDAY_OFF, FIVE_DAYS_FRIDAY_OFF = "mon,tue,wed,thu,sat,sun", "mon,tue,wed,thu,sun"
