"""Controller and invoker in one process, with a state directory: the platform on one machine.

The only place that knows which implementations stand together. Nobody imports it.
"""
