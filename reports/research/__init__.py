"""What researchers get of those who said yes: long tables under codes, with a codebook and how each column was made."""
