"""The kinds of rubric question. One module is one kind."""
