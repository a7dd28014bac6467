"""How fast the program is, as ratios measured in one run: `make bench`."""
