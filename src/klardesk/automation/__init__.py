"""What the desk does by itself: so far, telling agents of what falls due."""
