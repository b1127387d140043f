"""Applicants and their agents, and who is authorised to do what."""
