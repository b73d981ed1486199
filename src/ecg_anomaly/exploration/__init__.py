"""Exploratory analysis of the records: the HTML page that stage `explore` writes."""
