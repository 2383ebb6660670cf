"""Who may keep how much, in tokens of the target model. No torch here."""
