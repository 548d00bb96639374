"""The engine over real sockets, with a proxy between it and `sandbox serve` that plays every trick of a bad line."""
