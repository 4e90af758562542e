"""What another program would want unchanged. Standard library only."""
