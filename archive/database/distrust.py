"""Protects against a database that somebody else made."""

import sqlite3
import sys


def distrust(connection: sqlite3.Connection) -> None:
    """Let the schema call nothing that acts outside of the database, and check each page read.

    Views, triggers and default values can then use only SQLite's harmless functions and tables.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
