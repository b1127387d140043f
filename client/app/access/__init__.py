"""Who is at the window and how its store is opened: enrolment, login, recovery, the line."""
