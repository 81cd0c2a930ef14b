"""Figures that span the rooms, and how they are drawn."""
