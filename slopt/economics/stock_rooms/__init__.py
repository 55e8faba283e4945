"""Stock rooms: what levels of many items hold, leave short and cost."""
