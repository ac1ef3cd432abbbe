"""From WARC records to rows again, without the network: rebuild, repair, import, catch-up."""
