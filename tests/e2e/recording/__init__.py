"""A real terminal in which somebody uses ``wsk`` for the first time, recorded.

``python -m tests.e2e.recording`` writes ``docs/recordings/first-hour.cast``; a test plays the same
scenes and looks at the screen.
"""
