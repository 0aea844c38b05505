"""Push: each of a partner's targets told of each story, in order, until there is proof that it arrived."""
