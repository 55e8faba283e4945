"""Plans that are best over futures: by program where that is small, by prices where it is not."""
