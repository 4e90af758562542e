"""How the records of files are read: shared by every source, and itself no kind of source."""
