"""What stands on a paper: from a case and its step to the paper's data."""
