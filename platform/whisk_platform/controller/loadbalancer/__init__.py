"""Load balancers, one for each module, chosen by name through ``spi.loader``."""
