"""Programmes, lessons, deliveries and reflections."""
