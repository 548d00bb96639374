"""What a new user does, through a real terminal and a real server."""
