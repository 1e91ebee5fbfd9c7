"""What a proxy in front would do, through real servers."""
