"""One module a page: its title, its description, its layout, and thin callbacks."""
