"""Departments' own systems (PL06–PL10): who calls, what they send, how good it is."""
