"""One card for each format of documents: bytes in, text out, or None where the bytes are another format."""
