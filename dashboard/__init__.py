"""The database becomes pages and reports."""
