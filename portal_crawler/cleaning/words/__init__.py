"""One line of text: dates, names, boilerplate phrases, languages, old fonts."""
