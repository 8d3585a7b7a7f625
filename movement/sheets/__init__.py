"""The sheets of the year's work, one module for each subject."""
