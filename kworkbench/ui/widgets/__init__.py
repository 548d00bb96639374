"""The parts screens are made of; each owns its messages, its keys and its style."""
