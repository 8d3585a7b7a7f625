"""The sheets of the year's work and of the yearly report."""
