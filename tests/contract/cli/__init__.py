"""What ``wsk`` prints, sends and exits with, against a controller that answers from a script."""
