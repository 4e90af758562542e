"""Pictures of numbers, drawn on a figure they are handed. One module is one kind."""
