"""What a valid policy does that its author hardly meant, each finding with a person whose scores show it."""
