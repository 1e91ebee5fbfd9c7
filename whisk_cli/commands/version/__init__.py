"""The noun ``version``: which wsk this is, and which server it speaks to."""
