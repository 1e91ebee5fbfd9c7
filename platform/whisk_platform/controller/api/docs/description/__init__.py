"""What the API takes and answers, one module per noun, written by hand as plain data.

Both served documents are rendered from here; a test holds the paths and methods to the router's.
"""
