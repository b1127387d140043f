"""What the centre does, as functions over ports. Knows no tables and no routes."""
