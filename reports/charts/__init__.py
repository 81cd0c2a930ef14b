"""Charts as values, and one drawing of each that is a PNG for a chat or an SVG for a page."""
