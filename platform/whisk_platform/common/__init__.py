"""What every layer needs and no layer owns: errors, ids, units, clock, settings, logging, tasks.

Nothing here knows an action from a trigger. Imports nothing of ours.
"""
