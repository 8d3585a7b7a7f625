"""Applying a reorganisation: its table, its plan, what it carries over, and taking it back."""
