"""`make run`: the whole newsroom on one machine. S3 server, sample wire and Airflow, bound to loopback."""
