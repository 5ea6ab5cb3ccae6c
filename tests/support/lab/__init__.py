"""What tests of the programs stand on: a machine with a store, a collector, and a server between that fails."""
