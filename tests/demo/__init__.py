"""What is asked of the demonstration, which is loaded once for all of it."""
