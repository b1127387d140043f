"""What supervisors see and do, statistics, and the state of the centre itself."""
