"""The front hall: settings, assembly, updates in, visits, letters out, commands."""

from bot import types_later

types_later.install()
