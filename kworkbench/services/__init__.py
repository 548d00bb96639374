"""What a person does: pay, edit, delete through a review, undo."""
