"""The centre's HTTP routes: raw bodies in, msgspec through, services behind."""
