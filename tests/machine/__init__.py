"""The promises of a synchronization, proved by cutting it at each of its steps, and by a machine of random rules."""
