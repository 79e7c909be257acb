"""A change of policy tried on real data: both policies scored side by side, and the account of what that does."""
