"""Small functions that return Dash components: marks, cards, tables, filters, the frame of a page."""
