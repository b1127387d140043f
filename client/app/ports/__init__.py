"""What the use cases ask of the parts below them, named by role."""
