"""Whether axes can go where they are sent, asked before anything moves."""
