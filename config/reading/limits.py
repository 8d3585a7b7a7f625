"""How much of a file is read. Whatever is beyond is refused, by the child before it costs anything or by the system."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MOST_BYTES = 20 * MEGABYTE
MOST_ROWS = 200_000
MOST_COLUMNS = 300
MOST_SHEETS = 200
MOST_MERGED = 100_000  # merged ranges of one sheet
TOP_ROWS = 80
BLOCK_ROWS = 5000

MOST_MESSAGE = 16 * MEGABYTE  # that the parent holds at once: a longer block is cut into shorter ones
MOST_TEXT = 100_000  # signs in one cell of a CSV file; Excel holds 32,767

MOST_MEMBERS = 2000
MOST_UNPACKED = 400 * MEGABYTE
MOST_TIMES = 250  # that a large member of an archive may be packed; sheets of equal rows reach 100
LARGE_MEMBER = 20 * MEGABYTE

CHILD_BYTES = 1536 * MEGABYTE
CHILD_LEAST = 400 * MEGABYTE  # of addresses, most of them never filled
CHILD_TIMES = 40  # how many times its size a file may take beyond that
CHILD_SECONDS = 60  # of a processor
PATIENCE = 120.0  # seconds that the parent waits for the child, all told
