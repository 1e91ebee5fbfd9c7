"""Keep-alive: how long idle containers stay, and which of them goes when memory is needed.

One Protocol (``policy``) and one module for each policy, loaded by name. Here are pure, synchronous
decisions whose cost does not grow with the number of containers or actions; what is done about them
is the pool's business. Imports the pool's records and nothing above them.
"""
