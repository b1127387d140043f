"""What puts the product on a machine, and the developer's tasks.

tasks.py uses the standard library only: it runs before anything is installed.
"""
