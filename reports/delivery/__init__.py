"""From an archived edition to the letters that its readers get."""
