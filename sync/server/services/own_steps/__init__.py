"""The centre's own steps: what the law does by itself, urges, joint cases."""
