"""The sheets of commendations: decisions, whom they commend, and totals that others have published."""
