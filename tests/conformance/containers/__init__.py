"""What every container factory must do, shown on the process sandbox at each isolation level."""
