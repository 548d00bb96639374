"""Histories of two users, faults, refreshes, clock jumps and crashes, against a model of dicts and lists."""
