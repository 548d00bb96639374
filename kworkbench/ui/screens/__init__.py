"""One module per screen; a screen composes and routes."""
