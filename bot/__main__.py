"""`python -m bot`: the command line."""

from bot.commands import main

main()
