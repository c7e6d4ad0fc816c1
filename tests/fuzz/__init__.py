"""Mails damaged at random, read by a child process whose time and memory are watched."""
