"""The command line: thin shells on the library, for people and for programs."""
