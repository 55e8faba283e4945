"""Questions asked many times: what the next unit is worth, what each other choice would cost."""
