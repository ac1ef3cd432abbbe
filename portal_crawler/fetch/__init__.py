"""One request over the wire: what may be fetched, how politely, and the bytes as they came."""
