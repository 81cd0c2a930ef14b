"""The front hall: settings, assembly, updates in, visits, letters out, commands."""
