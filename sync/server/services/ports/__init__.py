"""What the services ask of the database and of the world around them."""
