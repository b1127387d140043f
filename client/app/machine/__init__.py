"""What this machine is set to: shown, checked, kept. Needs no session: nothing of people."""
