"""The warm path of a whole standalone platform, counted."""
