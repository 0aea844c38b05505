"""A sample wire: an HTTP server on loopback with invented stories, so that a new desk sees real runs."""
