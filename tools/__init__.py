"""Programs for those who develop blueline."""
