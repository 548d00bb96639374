"""The composition root: builds every part, tells each what it needs, and nothing else."""
