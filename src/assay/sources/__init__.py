"""How each store or file gives traces and takes scores. One module is one kind."""
