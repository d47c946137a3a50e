"""Published tables to the engine and back: what an agency's counts ask of it, and the tables made of its answers."""
