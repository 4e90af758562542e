"""Names that never clash, and fingerprints of contents."""

import hashlib
import uuid


def new_id() -> str:
    """A fresh random identifier of 32 hex digits."""
    return uuid.uuid4().hex


def sha256(text: str | bytes) -> str:
    """The SHA-256 of the bytes (or of the UTF-8 of the text; lone surrogates survive), as 64 hex digits."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


def trace_uid(source: str, native_id: str) -> str:
    """The key of a trace in this program: SHA-1 of ``source:native_id``, 40 hex digits."""
    return hashlib.sha1(
        f"{source}:{native_id}".encode("utf-8", "surrogatepass"), usedforsecurity=False
    ).hexdigest()
