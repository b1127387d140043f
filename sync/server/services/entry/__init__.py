"""Who may call: enrolment, logins, sessions, and how often strangers may try."""
