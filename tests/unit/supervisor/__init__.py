"""What brings a cluster up."""
