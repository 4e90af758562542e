"""Asking stores over the network: shared by every live source, and itself no kind of source.

`door` opens the way to a store and loads what speaks HTTP (`web`) only then; `pages` walks a store's lists so that
what comes in meanwhile neither shifts nor doubles anything.
"""
