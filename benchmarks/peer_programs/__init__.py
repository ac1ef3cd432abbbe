"""Programs that run in a peer's environment, with its packages and none of ours."""
