"""Claims about the stores over a real SQLite file: durability, damage, full disks, costs."""
