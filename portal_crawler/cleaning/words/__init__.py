"""Reading single lines of text: dates, names, boilerplate phrases, languages, old fonts."""
