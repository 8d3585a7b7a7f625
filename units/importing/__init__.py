"""The clerk's desk: a file comes in, its columns are named, its rows checked and shown, and what was shown is stored."""
