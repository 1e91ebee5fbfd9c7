"""All tests: claims about the programs, one folder for each kind of claim."""
