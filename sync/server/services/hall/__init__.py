"""A hall's queue and appointments."""
