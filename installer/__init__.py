"""What puts the product on a machine, and the developer's tasks. Standard library only in tasks.py."""
