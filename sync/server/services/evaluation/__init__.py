"""Evaluation: scores, their publication, the weekly bulletin."""
