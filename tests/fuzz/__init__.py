"""What strangers can hand in, tried by a fuzzer that sees which lines a try has reached: `make fuzz`."""
