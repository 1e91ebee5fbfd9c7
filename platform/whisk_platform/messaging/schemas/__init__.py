"""The JSON of the bus, as existing controllers and invokers write and read it.

One message a module, each with ``encode`` and ``decode``. Fields that others do not know are added
only where they are needed, and unknown fields are passed over. Source: contracts data-plane §3.6.
"""
