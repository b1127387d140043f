"""A hall's queue, appointments and online filings."""
