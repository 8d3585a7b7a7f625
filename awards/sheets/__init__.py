"""The sheets of commendations, one module for each subject."""
