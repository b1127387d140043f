"""Centres below this one, and what this one reports above (PL03, PL04)."""
