"""The software development kits that ``wsk sdk install`` fetches from the platform."""
