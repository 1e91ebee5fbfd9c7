"""``wsk dev``: deploy a folder of actions, again whenever it changes, and follow their logs."""
