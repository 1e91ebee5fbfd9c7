"""The launchers, started as plain processes over a socket pair: contract §8.1, §8.2 and §8.5."""
